"""The process in which the vendor's library runs: `python -m muniment.capture.wecom.child`, one for each corporation.

It may die at any call, and loses nothing then: it keeps nothing. Requests come over standard input, answers go to what was
standard output; the library itself gets neither, so that what it prints is heard by nobody.

Trust: the secret, keys and plaintexts pass through this process. It leaves no core file, and ends with its parent.
"""

import ctypes
import os
import resource
import signal
import sys
from typing import BinaryIO

from muniment.capture.wecom.library import Sdk, load
from muniment.capture.wecom.wire import Answer, Broken, Decrypt, Fetch, Open, Pull, Request, frame, read_request
from muniment.record.errors import MunimentError

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4


def main() -> int:
    """Serve one session until the parent is gone; the exit code is 2 where the parent did not speak our language."""
    _keep_to_itself()
    requests, answers = _take_pipes()
    try:
        opening = read_request(requests)
        if not isinstance(opening, Open):
            return 2
        try:
            library = load(opening.library, opening.sha256)
        except MunimentError as refusal:
            _say(answers, Answer(-1, refusal=str(refusal)))
            return 0
        with Sdk(library, opening.proxy, opening.proxy_password) as sdk:
            code = sdk.init(opening.corpid, opening.secret)
            _say(answers, Answer(code))
            while code == 0 and (request := read_request(requests)) is not None:
                _say(answers, _answer(sdk, request))
    except (Broken, BrokenPipeError):
        return 2
    return 0


def _answer(sdk: Sdk, request: Request) -> Answer:
    if isinstance(request, Pull):
        return Answer(*sdk.chat_data(request.seq, request.limit, request.timeout))
    if isinstance(request, Decrypt):
        return Answer(*sdk.decrypt(request.key, request.message))
    if isinstance(request, Fetch):
        code, data, index, last = sdk.media_data(request.index, request.file_id, request.timeout)
        return Answer(code, data, index, last)
    raise Broken


def _say(pipe: BinaryIO, answer: Answer) -> None:
    pipe.write(frame(answer))
    pipe.flush()


def _keep_to_itself() -> None:
    """No core file, no debugger, and no life after the parent's."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a key pressed in the terminal is the parent's to answer


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes under other numbers; where they were, there is nothing now."""
    requests, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)
    return os.fdopen(requests, "rb"), os.fdopen(answers, "wb")


if __name__ == "__main__":
    sys.exit(main())
