"""`tongdui demo` and `tongdui up`: a told season in a fresh folder, an installation that lasts."""

from __future__ import annotations

import signal
import socket
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from issuers.sandbox.process import free_port
from ledger.units import BEIJING, month_of, start_of_month
from scripts import charter
from scripts.node import ROOT
from scripts.output import JsonOption, LangOption, finish, teller
from scripts.place import Place
from scripts.telling import Lang, Teller

VAR = ROOT / "var"
USUAL_PORT = 8_000
Port = Annotated[int, typer.Option(help="port of pages and API; a free one where it is taken")]


def demo(
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
    exit_: Annotated[bool, typer.Option("--exit", help="stop after the verdict")] = False,
    folder: Annotated[Path, typer.Option(help="emptied first")] = VAR / "demo",
    port: Port = USUAL_PORT,
    seed: Annotated[int, typer.Option(help="of residents, events and dirt")] = 1,
    residents: Annotated[int, typer.Option(help="how many invented residents")] = 2_000,
    events: Annotated[int, typer.Option(help="how many events over the season")] = 20_000,
) -> None:
    """演一季六个计划，再打开页面 · play a season of six schemes, then serve the pages."""
    from scripts.demo import calendar
    from scripts.demo.city import City, clear
    from scripts.demo.play import play

    tell, place = teller(lang, as_json), Place(folder.resolve())
    clear(place)
    port = usable(port)
    with City(place, int(calendar.GENESIS.timestamp())) as city:
        spec = calendar.season(seed, residents, events, slow=city.slow)
        began = time.monotonic()
        found = play(city, tell, spec, port)
        took_s = time.monotonic() - began
        tell.say(f"用时 {took_s:.0f} 秒", f"took {took_s:.0f} s")
        if not exit_ and found["holds"]:
            city.follow_the_clock()
            serve(tell, port)
    finish(as_json, found, 0 if found["holds"] else 1)


def up(
    lang: LangOption = Lang.BOTH,
    as_json: JsonOption = False,
    folder: Annotated[Path, typer.Option(help="everything of the installation")] = VAR / "up",
    port: Port = USUAL_PORT,
    sandbox: Annotated[bool, typer.Option(help="with test residents, to try a desk")] = False,
) -> None:
    """长期运行的单机装置 · an installation that lasts, also over a kill."""
    from scripts.demo import opening, premises
    from scripts.demo.city import City

    tell, place = teller(lang, as_json), Place(folder.resolve())
    place.root.mkdir(parents=True, exist_ok=True)
    port = usable(port)
    # Rates hold from the month after they are agreed, so a new chain begins in the month before.
    last_month = start_of_month(month_of(int(time.time())) - 1)
    with City(place, last_month) as city:
        opening.found(city, tell)
        city.follow_the_clock()
        more: dict[str, object] = {}
        if sandbox:
            issuer = premises.start_giver(city).url
            more = {"sandbox": True, "sandbox_issuer_url": issuer}
            tell.say("试用环境：居民与积分都是虚构的", "a sandbox: all residents are invented")
        config = premises.write_operator(city, port, **more)
        premises.start_operator(city, config, port)
        tell.say(f"数据在 {place.root}", f"its files are in {place.root}")
        tell.say(
            f"部署文件 {place.deployment}，节点 {city.chain.url}",
            f"deployment file {place.deployment}, node {city.chain.url}",
        )
        serve(tell, port)
    finish(as_json, {"folder": str(place.root), "members": len(charter.SEATS)})


def usable(port: int) -> int:
    """The port itself if nobody listens on it, else a free one; 0 asks for a free one."""
    if port == 0:
        return free_port()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return free_port()
    return port


def serve(tell: Teller, port: int) -> None:
    """Says where everything is, and waits until it is stopped."""
    url = f"http://127.0.0.1:{port}"
    tell.console.print()
    tell.good(f"起始页 {url}/", f"start page {url}/")
    tell.good(f"接口文档 {url}/docs", f"API documentation {url}/docs")
    tell.say("按 Ctrl-C 停止", "Ctrl-C stops it")
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    stopped.wait()
    now = datetime.now(BEIJING).strftime("%H:%M")
    tell.say(f"{now} 正在停止", f"{now} stopping")
