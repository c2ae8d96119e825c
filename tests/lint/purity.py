# SPDX-License-Identifier: MIT
"""The library neither prints, exits, reads the environment nor allocates past the arena."""

import re

from tree import Report, files, lines

# what, why not, the rooms that may
RULES = [
    (r"\bv?f?printf\s*\(|\bf?puts\s*\(|\bputchar\s*\(|\bfputc\s*\(|\bperror\s*\(|\bfwrite\s*\(",
     "prints", ["cli"]),
    (r"\b_?exit\s*\(|\babort\s*\(|\b_Exit\s*\(", "ends the process", ["cli"]),
    (r"\b(secure_)?getenv\s*\(|\bsetlocale\s*\(", "reads the environment", ["cli"]),
    (r"\bfopen\s*\(|\bO_(RDONLY|WRONLY|RDWR)\b|\bstd(in|out|err)\b", "touches files", ["cli"]),
    (r"\b(m|c|re)alloc\s*\(|\bfree\s*\(|\bstrdup\s*\(", "allocates past the arena",
     ["base", "cli", "descent", "talweg.c"]),
    (r"\btime\s*\(|\bclock_gettime\s*\(|\brand\s*\(", "reads a clock or a hidden state", ["cli"]),
    (r"\bstrto(d|f|ld)\s*\(|\batof\s*\(|%[-+ #0-9.*]*[eEfgG]\b", "writes or reads numbers by "
     "the locale", ["base"]),
]
COMMENT_OR_STRING = re.compile(r'/\*.*?\*/|//[^\n]*|"(\\.|[^"\\\n])*"', re.DOTALL)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


def blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def check(path):
    text = "\n".join(lines(path))
    code = COMMENT_OR_STRING.sub(blank, text)
    with_strings = COMMENT.sub(blank, text)
    room = path.parts[1] if path.parts[0] == "src" else path.parts[0]
    wrong = []
    for pattern, what, rooms in RULES:
        searched = with_strings if "%" in pattern else code
        if room not in rooms:
            wrong += [f"{path}:{searched.count(chr(10), 0, match.start()) + 1}: {what}: "
                      f"{match.group()}" for match in re.finditer(pattern, searched)]
    return "\n".join(wrong)


def main():
    report = Report()
    for folder in ("src", "grammar"):
        for path in files(".c", ".h", ".def", ".re", ".y", under=folder):
            report.case(f"{path} keeps to callbacks", check(path))
    report.finish()


main()
