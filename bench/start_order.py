# SPDX-License-Identifier: MIT
"""What of the command a start touches, for the linker: start_order.py BUILD

Small scripts run under valgrind (lackey), which tells every address that is touched; the map of the
linker tells the section that each lies in.  Written is src/cli/start.ld, which has these sections
stand together: they then come into memory with a few page faults instead of one for each 64 KB of
code, and with a few pages of data that is written.  Constants stand with the code, where one large
page can hold both.  A name that is no more does no harm, a new one is missed by little, so the list
is made anew when a measurement (workload W1) asks for it.
"""

import bisect
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
LARGE = 20000  # bytes; what is so large is touched in places and stands last
# From what every start does to what some do.
SCRIPTS = [
    "x = 1.5\nprint x^2, sqrt(x)\n",
    "minimize (w*2 - 6)^2 over w from 0 step 0.12 until |grad| < 1e-4\n",
    "minimize (x - 1)^2 + (x*y - 2)^2 + exp(-x) over x from 0.5, y from 1\n",
    "t = [1, 2, 3, 4, 5]\ny = [2.1, 2.9, 4.2, 5.1, 5.8]\n"
    "minimize sum((a + b*t[i] - y[i])^2 for i in 1..5) over a from 0, b from 0\n",
    "r = minimize (x - 1)^2 + abs(y) over x in [2, 3], y from 1\nprint r.x, r.kind\n",
]
# Sections of the output, and where what is touched of them stands.
PLACES = {".text": "BEFORE .text", ".rodata": "BEFORE .text",
          ".data.rel.ro": "AFTER .data.rel.ro", ".bss": "BEFORE .bss"}
OUTPUTS = {name: name for name in PLACES} | {name + ".start": name for name in PLACES}
# All others behind them: constants before the code that a start does not need.
OTHERS = {".rodata": ["*(.rodata .rodata.* .gnu.linkonce.r.*)"]}
# What the C library does with the page of functions (vdso) that valgrind takes away.
HIDDEN = {".text": [f"*libc.a:{name}.o(.text)" for name in (
    "dl-object", "dl-lookup", "dl-minimal", "dl-hash", "dl-vdso", "dl-setup_hash", "dl-misc")]}


def link(build, folder):
    """The command linked once more, with a map."""
    commands = subprocess.run(["ninja", "-C", build, "-t", "commands", "talweg-linked"], text=True,
                              capture_output=True, check=True).stdout.splitlines()
    talweg, chart = folder / "talweg", folder / "map"
    command = next(line for line in reversed(commands) if " -o talweg-linked " in line)
    command = command.replace(" -o talweg-linked ", f" -o {talweg} -Wl,-Map={chart} ")
    subprocess.run(command, cwd=build, shell=True, check=True)
    return talweg, chart.read_text(encoding="utf-8")


def read_map(text):
    """Rows (address, size, section, object, section of the output), in order."""
    text = text[text.index("Linker script and memory map"):]
    rows, output, name = [], None, None
    for line in text.splitlines():
        if header := re.match(r"(\.[\w.]+)(\s|$)", line):
            output = header[1]
        elif alone := re.fullmatch(r" (\.[\w.]+)", line):
            name = alone[1]  # a long name stands on a line of its own
        elif row := re.match(r" (\.[\w.]+|\s+)\s*0x(\w+)\s+0x(\w+)\s+(\S.*)", line):
            rows.append((int(row[2], 16), int(row[3], 16), row[1].strip() or name, row[4], output))
    return sorted(row for row in rows if row[0] and row[1] and row[4] in OUTPUTS)


def trace(talweg, script, folder):
    path = folder / "script.opt"
    path.write_text(script, encoding="utf-8")
    ran = subprocess.run(["valgrind", "--tool=lackey", "--trace-mem=yes", talweg, "run", path],
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    return dict.fromkeys(int(found, 16) for found in
                         re.findall(r"^(?:I | L| M| S) +(\w+),", ran.stderr, re.MULTILINE))


def pattern(section, place):
    """What the linker knows a section by; None where its name says nothing."""
    member = re.match(r"/.*/([\w.-]+\.a)\((.+)\)$", place)
    if ".str1" in section or ".cst" in section:
        return None  # merged with others
    if member:
        archive = re.sub(r"-[0-9.]+(?=\.a$)", "*", member[1])  # of any version
        return f"*{archive}:{member[2]}({section})"
    if own := re.match(r"/.*/(crt\w+\.o)$", place):
        return f"*{own[1]}({section})"  # of the compiler
    if section in OUTPUTS:
        return None
    # the compiler's number of a copy or part is no name
    section = re.sub(r"(\.(constprop|isra|part|cold|lto_priv)\b.*|\.\d+$)", "", section)
    return f"*({section} {section}.*)"


def collect(rows, traces):
    """Patterns by section of the output, in the order in which the scripts touch them."""
    begins = [row[0] for row in rows]
    touched = {}
    for address in (address for addresses in traces for address in addresses):
        at = bisect.bisect_right(begins, address) - 1
        if at >= 0 and address < begins[at] + rows[at][1]:
            touched.setdefault(at)
    found = {name: dict.fromkeys(HIDDEN.get(name, ()), 0) for name in PLACES}
    for at in sorted(touched, key=lambda at: rows[at][1] > LARGE):
        _, size, section, place, output = rows[at]
        text = pattern(section, place)
        if text:
            found[OUTPUTS[output]].setdefault(text, size)
    return found


def main(build):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        talweg, chart = link(build, folder)
        found = collect(read_map(chart), [trace(talweg, script, folder) for script in SCRIPTS])
    lines = ["/* SPDX-License-Identifier: MIT",
             " * start.ld - sections that a start touches, together; measured by",
             " * bench/start_order.py (`./dev bench order`), which says why. */"]
    for output, patterns in found.items():
        print(f"{output}: {len(patterns)} sections, {sum(patterns.values())} bytes")
        lines += [f"SECTIONS {{ {output}.start : {{", *patterns, *OTHERS.get(output, ()),
                  f"}} }} INSERT {PLACES[output]};"]
    text = "\n".join(lines) + "\n"
    (ROOT / "src" / "cli" / "start.ld").write_text(text, encoding="ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])
