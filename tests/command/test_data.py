# SPDX-License-Identifier: MIT
"""Tables and arrays that scripts read and write, and what can be wrong with them."""

import csv
import io
import json
import math
import os
import random
import signal
import struct
import time

from cases import Skip, Suite, first_of, lacks, trouble

suite = Suite()
READ = 'd = read("t.csv")\n'


def read_table(place, content, then="print rows(d)\n", *arguments):
    """Runs a script that reads a table of this content."""
    place.write("t.csv", content)
    place.write("a.opt", READ + then)
    return place.run("--reproducible", *arguments, "a.opt")


# ---- Files that cannot be read ----


@suite.case("a missing table is told at its name, with status 2")
def missing(place):
    place.write("a.opt", 'print 1\nd = read("nowhere.csv")\nprint 2\n')
    return trouble(
        place.run("a.opt"), 2, out="1\n",
        err_has=["error[E0601]", "`nowhere.csv` cannot be read: there is no such file", "a.opt:2:10"],
    )


@suite.case("a table that may not be read, a folder, and a path through a file are told")
def unreadable(place):
    place.write("t.csv", "x\n1\n").chmod(0)
    place.write("plain", "")
    (place.folder / "f.csv").mkdir()
    for name in ["t.csv", "f.csv", "plain/t.csv"]:
        place.write(f"{name[0]}.opt", f'd = read("{name}")\n')
    return first_of(
        trouble(place.run_as_nobody("t.opt"), 2, err_has=["E0601", "it may not be read or written"]),
        trouble(place.run("f.opt"), 2, err_has=["E0601", "it is a folder"]),
        trouble(place.run("p.opt"), 2, err_has=["E0601", "a part of its path is no folder"]),
    )


@suite.case("a folder that may not be entered is told")
def closed_folder(place):
    place.write("closed/t.csv", "x\n1\n")
    (place.folder / "closed").chmod(0)
    place.write("a.opt", 'd = read("closed/t.csv")\n')
    found = trouble(place.run_as_nobody("a.opt"), 2, err_has=["E0601", "it may not be read or written"])
    (place.folder / "closed").chmod(0o700)
    return found


@suite.case("paths are relative to the script, not to where it is run")
def relative(place):
    place.write("lab/data/t.csv", "x\n5\n")
    place.write("lab/a.opt", 'print read("data/t.csv").x\ntable [1, 2] to "out.csv"\n')
    place.write("t.csv", "x\n6\n")
    absolute = place.write("b.opt", f'print read("{place.folder}/lab/data/t.csv").x\n')
    found = first_of(
        trouble(place.run("lab/a.opt"), out="[5]\n"),
        trouble(place.run(absolute), out="[5]\n"),
        trouble(place.run("-e", 'print read("t.csv").x'), out="[6]\n"),
    )
    return found or (None if (place.folder / "lab/out.csv").exists() else "lab/out.csv is missing")


@suite.case("a table that shrinks while it is read is no shorter table")
def shrinking(place):
    if not os.path.exists("/proc/self/maps"):
        raise Skip("no /proc")
    place.write("a.opt", READ + "print rows(d)\n")
    for _ in range(20):
        path = place.write("t.csv", "x\n" + "1234567\n" * (1 << 24))
        process = place.start("a.opt")
        caught = stop_while_reading(process, path)
        if caught:
            os.truncate(path, 10)
        process.send_signal(signal.SIGCONT)
        out, err = process.communicate(timeout=60)
        if caught:
            found = [] if process.returncode == 2 and out == b"" else ["it was read"]
            found += lacks("standard error", err.decode(), ["E0601", "it became shorter while it was read"])
            return "\n".join(found + [err.decode()]) if found else None
    raise Skip("the command was never met while it read")


@suite.case("a large .npy is read in place: its numbers change in a copy alone")
def in_place(place):
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (40000, 2), }"
    header += b" " * (117 - len(header)) + b"\n"
    numbers = struct.pack("<80000d", *range(80000))
    path = place.folder / "x.npy"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + numbers)
    before = path.read_bytes()
    place.write(
        "a.opt",
        'X = read("x.npy")\nY = X\nY[1, 2] = 7\nprint X[1, 2], Y[1, 2], Y[40000, 2], sum(X)\n'
        "X[2, 1] = 5\nprint X[2, 1], X[2, 2], read(\"x.npy\")[2, 1]\n",
    )
    found = trouble(place.run("a.opt"), out="1 7 79999 3199960000\n5 3 2\n")
    return found or (None if path.read_bytes() == before else "the file was written to")


def stop_while_reading(process, path):
    """Stops the process while it has the file mapped; whether it was met."""
    while process.poll() is None:
        try:
            with open(f"/proc/{process.pid}/maps") as maps:
                if str(path) in maps.read():
                    process.send_signal(signal.SIGSTOP)
                    time.sleep(0.02)
                    return True
        except OSError:
            pass
    return False


# ---- Files that are no tables ----


@suite.case("what is no table is told with its line, row and column, with status 4")
def no_tables(place):
    cases = [
        (b"", "t.csv: there is no row"),
        (b"\n\n\n", "t.csv: there is no row"),
        (b"a,b\n1,2\n3\n", "t.csv, line 3"),
        (b"a,b\n1,2\n3\n", "this row has 1 cell, and the first one has 2"),
        (b"a,b\n1,2\n3,4,5\n", "this row has 3 cells, and the first one has 2"),
        (b'a,b\n1,"2\n3,4\n', "line 2 (row 1, column 2): the quote that begins here does not end"),
        (b'a,b\n1,"2"x\n', "line 2 (row 1, column 2): something stands between"),
        (b"a,b\n1,2\0\n", "t.csv, line 2: a NUL byte"),
        (b"a,b\n1,\xff\n", "t.csv, line 2: bytes that are no UTF-8"),
        (b"\xff\xfea\0,\0b\0\n\0", "t.csv, line 1"),
        (b"a\n" + b"x" * (1 << 21) + b"\n", "this cell is too long"),
        (b"," * 200000 + b"\n", "there are too many columns"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "error[E0603]"),
    ]
    return first_of(
        *(trouble(read_table(place, text), 4, out="", err_has=["error[E0603]", words, "a.opt:1:10"])
          for text, words in cases)
    )


@suite.case("no rows and one row are tables")
def few_rows(place):
    return first_of(
        trouble(read_table(place, "a,b\n1,2\n", "print rows(d), d.a, d.b, mean(d.a)\n"), out="1 [1] [2] 1\n"),
        trouble(read_table(place, "a,b\n", "print rows(d), d.a, sum(d.a)\n"), out="0 [] 0\n"),
        trouble(read_table(place, "a,b\n", "print mean(d.a)\n"), 4, err_has="mean"),
        trouble(read_table(place, "a,b\n", "minimize sum((w - r.a)^2 for r in d) over w from 0\n"), 4, err_has="w"),
        trouble(read_table(place, "a,b\n", "print d[1]\n"), 4, err_has="E0501"),
        trouble(read_table(place, "7", "print rows(d), d.col1\n"), out="1 [7]\n"),
    )


@suite.case("text where numbers belong is told with its first cell")
def text_cell(place):
    table = "a,b\n1,2\n3,4\n5,6 kg\n7,8\n9,1O\n"
    return first_of(
        trouble(
            read_table(place, table, "print d.b[3]\n"), out="6 kg\n",
            err_has=["warning[W0601]", "the column `b` is text: t.csv, line 4 (row 3, column 2)"],
        ),
        trouble(read_table(place, table, "print mean(d.b)\n"), 4, err_has="E0301"),
    )


# ---- Large ones ----


@suite.case("a line of 100 MB is refused, in seconds, without going through all memory")
def long_line(place):
    for text in [b"x" * (100 << 20), b"1," * (50 << 20), b'a,b\n1,"' + b"y" * (100 << 20)]:
        outcome = read_table(place, text, "print 1\n", "--memory=1G")
        if outcome.seconds > 60:
            return f"{outcome.seconds} s"
        found = trouble(outcome, 4, out="", err_has=["error[E0603]", "t.csv"])
        if found:
            return found
    return None


@suite.case("a table that does not fit into the memory it may use is told")
def much_memory(place):
    return trouble(
        read_table(place, "1,2,3,4\n" * 200000, "print 1\n", "--memory=4M"), 5, out="", err_has="memory"
    )


@suite.case("a time limit ends the reading of a table")
def long_reading(place):
    outcome = read_table(place, "1.234567,a\n" * 4000000, "print 1\n", "--time=0.05")
    return trouble(outcome, 5, out="", err_has="time limit")


# ---- JSON, and files that are written ----


@suite.case("errors of reading are objects under --json")
def as_json(place):
    outcome = read_table(place, "a,b\n1,2\n3\n", "print 1\n", "--json")
    events = outcome.events()
    if not events or outcome.status != 4 or outcome.err:
        return f"{outcome.status}\n{outcome.out}{outcome.err}"
    error = next((e for e in events if e["event"] == "error"), {})
    place.write("b.opt", 'd = read("none.csv")\n')
    other = place.run("--json", "b.opt")
    second = next((e for e in other.events() or [] if e["event"] == "error"), {})
    fine = error.get("code") == "E0603" and second.get("code") == "E0601" and other.status == 2
    return None if fine else f"{events}\n{other.out}"


@suite.case("what is written is read back: csv, json, npy")
def round_trip(place):
    place.write(
        "a.opt",
        'd = data(x = [0.1, -1e300, nan], t = ["a,b", "say \\"no\\"", ""], m = [1, 2; 3, 4; 5, 6])\n'
        'table d to "o.csv"\ntable d to "o.json"\ntable d.x, d.m to "o.npy"\ntable d.x to "v.npy"\n'
        'b = read("o.csv")\nprint b.x, b.t, b["m[2]"]\nprint read("o.npy"), read("v.npy")\n',
    )
    found = trouble(
        place.run("a.opt"),
        out='[0.1, -1e300, nan] ["a,b", "say \\"no\\"", ""] [2, 4, 6]\n'
        "[0.1, 1, 2; -1e300, 3, 4; nan, 5, 6] [0.1, -1e300, nan]\n",
    )
    if found:
        return found
    rows = list(csv.reader(io.StringIO(place.read("o.csv"))))
    wanted = [["x", "t", "m[1]", "m[2]"], ["0.1", "a,b", "1", "2"]]
    if rows[:2] != wanted or rows[2][1] != 'say "no"':
        return str(rows)
    written = json.loads(place.read("o.json"))
    if written != {"x": [0.1, -1e300, "nan"], "t": ["a,b", 'say "no"', ""], "m": [[1, 2], [3, 4], [5, 6]]}:
        return str(written)
    return check_npy((place.folder / "v.npy").read_bytes(), (3,), [0.1, -1e300])


def check_npy(content, shape, first):
    """The format as NumPy's documents describe it, version 1.0."""
    length = struct.unpack("<H", content[8:10])[0]
    header = eval(content[10:10 + length], {"__builtins__": {}})
    numbers = struct.unpack_from(f"<{len(first)}d", content, 10 + length)
    fine = content[:8] == b"\x93NUMPY\x01\x00" and (10 + length) % 64 == 0
    fine = fine and header == {"descr": "<f8", "fortran_order": False, "shape": shape}
    return None if fine and list(numbers) == first else f"{content[:8]} {header} {numbers}"


@suite.case("arrays that NumPy writes are read: types, orders, axes")
def numpy_arrays(place):
    def array(kind, order, shape, data):
        text = f"{{'descr': '{kind}', 'fortran_order': {order}, 'shape': {shape}, }}"
        text += " " * (-(10 + len(text) + 1) % 64) + "\n"
        return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + data

    cases = [
        (array("<f8", False, "(2, 3)", struct.pack("<6d", *range(6))), "[0, 1, 2; 3, 4, 5]\n"),
        (array("<f8", True, "(2, 3)", struct.pack("<6d", *range(6))), "[0, 2, 4; 1, 3, 5]\n"),
        (array(">f4", False, "(2,)", struct.pack(">2f", 0.5, -2)), "[0.5, -2]\n"),
        (array("<i8", False, "(2,)", struct.pack("<2q", -3, 7)), "[-3, 7]\n"),
        (array("|u1", False, "(3,)", b"\0\x80\xff"), "[0, 128, 255]\n"),
        (array("<f8", False, "()", struct.pack("<d", 2.5)), "2.5\n"),
        (array("<f8", False, "(0,)", b""), "[]\n"),
    ]
    wrong = [
        array("<f8", False, "(2, 3)", b"short"),
        array("<f8", False, "(1, 2, 3)", struct.pack("<6d", *range(6))),
        array("|O", False, "(1,)", b"01234567"),
        array("<f8", False, "(99999999999, 99999999999)", b""),
        b"\x93NUMPY", b"", b"x,y\n1,2\n",
    ]
    place.write("a.opt", 'print read("a.npy")\n')
    for content, out in cases:
        place.write("a.npy", content)
        found = trouble(place.run("a.opt"), out=out)
        if found:
            return found
    for content in wrong:
        place.write("a.npy", content)
        found = trouble(place.run("a.opt"), 4, out="", err_has=["error[E0603]", "a.npy"])
        if found:
            return found
    return None


@suite.case("what cannot be written is told, with status 2, and leaves what was there")
def cannot_write(place):
    place.write("a.opt", 'table [1, 2] to "none/o.csv"\n')
    place.write("b.opt", 'table [1, 2] to "o.txt"\n')
    place.write("c.opt", 'd = data(t = ["a"])\ntable d to "o.npy"\n')
    place.write("o.npy", "before")
    found = first_of(
        trouble(place.run("a.opt"), 2, err_has=["E0602", "`none/o.csv` cannot be written"]),
        trouble(place.run("b.opt"), 2, err_has=["E0602", ".csv, .json or"]),
        trouble(place.run("c.opt"), 2, err_has=["E0602", "column of texts"]),
    )
    return found or (None if place.read("o.npy") == "before" else "o.npy was changed")


@suite.case("a table that cannot be brought to the disk leaves the file as it was")
def full_disk(place):
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full")
    (place.folder / "full.csv").symlink_to("/dev/full")
    place.write("a.opt", 'table [1, 2] to "full.csv"\n')
    place.write("o.csv", "before\n")
    place.write("b.opt", 'table 1..200000 to "o.csv"\n')
    found = first_of(
        trouble(place.run("a.opt"), 2, err_has=["E0602", "there is no room left"]),
        trouble(place.shell("trap '' XFSZ; ulimit -f 8; \"$T\" b.opt"), 2, err_has="E0602"),
    )
    left = sorted(path.name for path in place.folder.iterdir())
    if not found and (place.read("o.csv") != "before\n" or left != ["a.opt", "b.opt", "full.csv", "o.csv"]):
        return f"{left} {place.read('o.csv')[:20]!r}"
    return found


# ---- Random tables, written by Python's csv ----

TEXTS = ["a", "Köln", "x,y", 'say "no"', "two\nlines", "a b", "α;β", "e", "1x", "--", "0x1"]


def random_number(draw):
    kind = draw.randrange(5)
    if kind == 0:
        return draw.randint(-1000, 1000)
    if kind == 1:
        return draw.uniform(-1, 1) * 10.0 ** draw.randint(-300, 300)
    if kind == 2:
        return round(draw.uniform(-100, 100), 3)
    return struct.unpack("<d", struct.pack("<q", draw.getrandbits(62)))[0] if kind == 3 else draw.random()


def random_column(draw, rows):
    """The cells as they are written, and what they are."""
    if draw.random() < 0.4:
        cells = [draw.choice(TEXTS) + draw.choice(["", "q", "zz"]) for _ in range(rows)]
        return cells, cells
    values = [random_number(draw) for _ in range(rows)]
    cells = [repr(value) for value in values]
    for i in range(1, rows):
        if draw.random() < 0.1:
            cells[i], values[i] = draw.choice(["", "NA", "nan"]), math.nan
    return cells, values


def same(got, wanted):
    if isinstance(wanted, str):
        return got == wanted
    return got == "nan" if math.isnan(wanted) else got == wanted


@suite.case("300 random tables of Python's csv are read as they were written")
def random_tables(place):
    draw = random.Random(6)
    tables, script = [], []
    for number in range(300):
        rows, width = draw.randint(1, 40), draw.randint(2, 6)
        columns = [random_column(draw, rows) for _ in range(width)]
        separator, end = draw.choice(",;\t|"), draw.choice(["\n", "\r\n"])
        out = io.StringIO()
        writer = csv.writer(
            out, delimiter=separator, lineterminator=end,
            quoting=draw.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        )
        writer.writerow([f"c{i} {draw.choice(TEXTS)}" for i in range(width)])
        writer.writerows(zip(*(cells for cells, _ in columns)))
        mark = draw.choice(["", "\ufeff"])
        place.write(f"t{number}.csv", (mark + out.getvalue()).encode())
        name = {"\t": "\\t"}.get(separator, separator)
        script.append(f'd = read("t{number}.csv", separator = "{name}", header = true)\ntable d to "o{number}.json"\n')
        tables.append([values for _, values in columns])
    place.write("a.opt", "".join(script))
    found = trouble(place.run("a.opt", timeout=120))
    if found:
        return found
    for number, table in enumerate(tables):
        got = list(json.loads(place.read(f"o{number}.json")).values())
        fine = len(got) == len(table) and all(
            len(a) == len(b) and all(map(same, a, b)) for a, b in zip(got, table)
        )
        if not fine:
            return f"table {number}\n{place.read(f't{number}.csv')}\n{got}\n{table}"
    return None


# ---- Mini-batches ----

# One step of length 1 from w = 0 moves by the gradient of a batch: its mean lies within three
# standard errors of the whole gradient.  Rows are drawn without replacement, so the variance
# is that of one row by 64, times (n - 64)/(n - 1).
UNBIASED = """seed 12
n = 128
x = normal(0, 1, n)
y = 2*x + normal(0, 1, n)
d = data(x = x, y = y)
g = zeros(2000)
for k in 1..2000 {
  r = minimize mean((w*r.x - r.y)^2 for r in d) over w from 0 step 1 batch 64 until 1 steps
  g[k] = -r.w
}
expect abs(mean(g) - mean(-2*x*y)) < 3*std(g)/sqrt(2000)
expect abs(var(g)/(var(2*x*y)/64*(n - 64)/(n - 1)) - 1) < 0.15
"""


@suite.case("the gradient of a batch is unbiased: 2000 batches of 64")
def unbiased(place):
    place.write("a.opt", UNBIASED)
    return trouble(place.run("a.opt", timeout=500))


suite.main()
