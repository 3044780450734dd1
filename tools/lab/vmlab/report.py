# SPDX-License-Identifier: MIT
"""What the lab says, and the exit statuses it has of its own. stdout belongs to the guest's command."""

import sys

EXIT_USAGE = 2
EXIT_LAB = 120
EXIT_SPLAT = 121
EXIT_TIMEOUT = 124


class LabError(Exception):
    """Ends the run with one sentence and an exit status."""

    def __init__(self, sentence, status=EXIT_LAB):
        super().__init__(sentence)
        self.status = status


class UsageError(LabError):
    def __init__(self, sentence):
        super().__init__(sentence, EXIT_USAGE)


def say(sentence):
    print(f"vm: {sentence}", file=sys.stderr, flush=True)
