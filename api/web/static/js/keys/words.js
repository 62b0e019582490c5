// What a person reads of an error: the API's own words, or those that the page holds for a code.

/** [what happened, what to do]; the second may be empty. */
export function wordsOf(error) {
  if (error.problem) return [error.problem.detail, error.problem.fix];
  const held = document.querySelector(`[data-words] [data-code="${CSS.escape(error.code ?? "")}"]`);
  if (held) return [held.textContent, ""];
  console.error(error); // what nobody foresaw
  return [document.querySelector('[data-words] [data-code="no-answer"]').textContent, ""];
}
