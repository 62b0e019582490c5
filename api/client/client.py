"""The client: every operation, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.calls.acceptors import AcceptorsCalls
from api.client.calls.activities import ActivitiesCalls
from api.client.calls.caller import CallerCalls
from api.client.calls.claims import ClaimsCalls
from api.client.calls.clearing import ClearingCalls
from api.client.calls.delegates import DelegatesCalls
from api.client.calls.desk import DeskCalls
from api.client.calls.disputes import DisputesCalls
from api.client.calls.districts import DistrictsCalls
from api.client.calls.donations import DonationsCalls
from api.client.calls.events import EventsCalls
from api.client.calls.exchanges import ExchangesCalls
from api.client.calls.funds import FundsCalls
from api.client.calls.link_codes import LinkCodesCalls
from api.client.calls.links import LinksCalls
from api.client.calls.mailings import MailingsCalls
from api.client.calls.members import MembersCalls
from api.client.calls.my import MyCalls
from api.client.calls.offers import OffersCalls
from api.client.calls.orders import OrdersCalls
from api.client.calls.projects import ProjectsCalls
from api.client.calls.quotes import QuotesCalls
from api.client.calls.ratings import RatingsCalls
from api.client.calls.recoveries import RecoveriesCalls
from api.client.calls.reminders import RemindersCalls
from api.client.calls.rounds import RoundsCalls
from api.client.calls.sandbox import SandboxCalls
from api.client.calls.sign_in import SignInCalls
from api.client.calls.sign_out import SignOutCalls
from api.client.calls.slips import SlipsCalls
from api.client.calls.standard import StandardCalls
from api.client.calls.statements import StatementsCalls
from api.client.calls.tickets import TicketsCalls
from api.client.calls.totals import TotalsCalls
from api.client.calls.wallets import WalletsCalls
from api.client.calls.webhooks import WebhooksCalls
from api.client.calls.windows import WindowsCalls
from api.client.calls.wishes import WishesCalls


class Client(
    WalletsCalls,
    MyCalls,
    QuotesCalls,
    OrdersCalls,
    OffersCalls,
    TicketsCalls,
    AcceptorsCalls,
    WishesCalls,
    RatingsCalls,
    ProjectsCalls,
    RoundsCalls,
    DistrictsCalls,
    FundsCalls,
    DonationsCalls,
    ExchangesCalls,
    LinksCalls,
    LinkCodesCalls,
    ClaimsCalls,
    DeskCalls,
    RemindersCalls,
    MailingsCalls,
    DelegatesCalls,
    SlipsCalls,
    SignInCalls,
    SignOutCalls,
    RecoveriesCalls,
    CallerCalls,
    MembersCalls,
    ActivitiesCalls,
    StandardCalls,
    WindowsCalls,
    StatementsCalls,
    DisputesCalls,
    ClearingCalls,
    EventsCalls,
    WebhooksCalls,
    TotalsCalls,
    SandboxCalls,
):
    """通兑接口的客户端 · The API as one key may call it; see ``api.client``."""
