# SPDX-License-Identifier: MIT
"""Modules: what is wrong in one is told with its place, and none can break the command."""

from cases import Suite, first_of, trouble

suite = Suite()


def place_of(text, line, column=1):
    return f"--> {text}:{line}:{column}"


@suite.case("a mistake in a module is told with its line and where it was used")
def mistake(place):
    place.write("part.opt", "a = 1\nf(x) = (x\n")
    place.write("main.opt", 'b = 2\nuse "part.opt"\nprint f(1)\n')
    return trouble(
        place.run("main.opt"), 3, out="",
        err_has=["error[E0125]", place_of("part.opt", 2, 8), place_of("main.opt", 2),
                 "`part.opt` is used here"],
    )


@suite.case("an unknown name in a module is told with its line and where it was used")
def unknown_name(place):
    place.write("lib/part.opt", "f(x) = nothing*x\n")
    place.write("main.opt", 'use "lib/part.opt"\nprint f(1)\n')
    return trouble(
        place.run("main.opt"), 3, out="",
        err_has=["`nothing` is not defined", place_of("lib/part.opt", 1, 8),
                 place_of("main.opt", 1)],
    )


@suite.case("an error as a module runs is told with its line and where it was used")
def run_time(place):
    place.write("part.opt", "a = [1, 2]\ni = 3\nb = a[i]\n")
    place.write("main.opt", 'print 1\nuse "part.opt"\nprint 2\n')
    return trouble(
        place.run("main.opt"), 4, out="1\n",
        err_has=["error[E0501]", place_of("part.opt", 3, 7), place_of("main.opt", 2)],
    )


@suite.case("an error in a function of a module is told with the statement that called it")
def called(place):
    place.write("part.opt", "f(x) = x[3]\n")
    place.write("main.opt", 'use "part.opt"\nx = [1]\nfor i in 1..2 {\n  print f(x)\n}\n')
    return trouble(
        place.run("main.opt"), 4, out="",
        err_has=["error[E0501]", place_of("part.opt", 1), place_of("main.opt", 4, 3)],
    )


@suite.case("a module holds definitions, use and expect")
def statements(place):
    others = ["print 1", "x + 1", "minimize x^2 over x from 1", "r = minimize x^2 over x from 1",
              "for i in 1..2 { f = i }", "while false { f = 1 }", "if true { f = 1 }", "seed 3",
              "x[1] = 2", "table x", "sweep a in [1, 2] minimize (x - a)^2 over x from 1"]
    place.write("main.opt", 'use "part.opt"\n')
    found = None
    for statement in others:
        place.write("part.opt", f"x = [1]\n{statement}\n")
        found = found or trouble(place.run("main.opt"), 3, out="", err_has="error[E0183]")
    place.write("part.opt", "use losses\nx = [1]\nf(y) = y\nexpect f(2) == 2\n"
                "fit(a) = minimize (x - a)^2 over x from 1\n")
    return found or trouble(place.run("main.opt"), out="", err="")


@suite.case("an expect in a module counts")
def expectation(place):
    place.write("part.opt", "expect 1 == 2\n")
    place.write("main.opt", 'use "part.opt"\nprint 1\n')
    return trouble(place.run("main.opt"), 1, out="1\n", err_has=place_of("part.opt", 1, 8))


@suite.case("a module that uses itself, and a ring of them, are errors that name it")
def cycles(place):
    place.write("self.opt", 'use "self.opt"\n')
    for i in range(3):
        place.write(f"ring{i}.opt", f'f{i} = 1\nuse "./ring{(i + 1) % 3}.opt"\n')
    place.write("main.opt", 'use "ring0.opt"\n')
    return first_of(
        trouble(place.run("self.opt"), 3, out="",
                err_has=["error[E0184]: `self.opt` comes to use itself"]),
        trouble(place.run("main.opt"), 3, out="",
                err_has=["error[E0184]: `ring0.opt` comes to use itself",
                         place_of("ring2.opt", 2), place_of("ring1.opt", 2),
                         place_of("ring0.opt", 2)]),
    )


@suite.case("1000 modules in a chain are too deep, 100 are not")
def chain(place):
    for i in range(1000):
        place.write(f"m{i}.opt", f'use "m{i + 1}.opt"\nf{i}(x) = f{i + 1}(x) + 1\n')
    place.write("m1000.opt", "f1000(x) = x\n")
    place.write("deep.opt", 'use "m0.opt"\nprint f0(0)\n')
    place.write("fine.opt", 'use "m901.opt"\nprint f901(0)\n')
    return first_of(
        trouble(place.run("deep.opt"), 3, out="", err_has="error[E0717]"),
        trouble(place.run("fine.opt"), out="99\n", err=""),
    )


@suite.case("1001 modules are too many, and modules that meet again are read once")
def many(place):
    for i in range(1001):
        place.write(f"m{i}.opt", f"a{i} = {i}\n")
    place.write("many.opt", "".join(f'use "m{i}.opt"\n' for i in range(1001)))
    for i in range(60):
        place.write(f"d{i}.opt", f'use "d{i + 1}.opt"\nuse "./d{i + 1}.opt"\nd{i} = d{i + 1}\n')
    place.write("d60.opt", "d60 = 60\n")
    place.write("met.opt", 'use "d0.opt"\nprint d0\n')
    return first_of(
        trouble(place.run("many.opt"), 3, out="", err_has="error[E0717]"),
        trouble(place.run("met.opt", timeout=10), out="60\n", err=""),
    )


@suite.case("a huge module is read, or is a limit that is told")
def huge(place):
    lines = [f"name{i}(x) = x*{i} + name{i - 1}(x)\n" for i in range(1, 50000)]
    place.write("huge.opt", "name0(x) = x\n" + "".join(lines))
    place.write("main.opt", 'use "huge.opt"\nprint name3(1)\n')
    return first_of(
        trouble(place.run("main.opt", timeout=30), out="7\n", err=""),
        trouble(place.run("--memory", "2M", "main.opt"), 5, out="", err_has="error[E0711]"),
    )


@suite.case("what is no text, and what is no file, is told")
def no_text(place):
    place.write("bytes.opt", b"a = 1\n\xff\xfe\x00\n")
    (place.folder / "folder.opt").mkdir()
    place.write("main.opt", 'use "bytes.opt"\n')
    place.write("other.opt", 'use "folder.opt"\n')
    place.write("both.opt", 'use "folder.opt"\nuse nothing_near\n')
    return first_of(
        trouble(place.run("main.opt"), 3, out="", err_has=["error[E000", place_of("bytes.opt", 2)]),
        trouble(place.run("other.opt"), 2, out="", err_has=["error[E0601]", "it is a folder"]),
        trouble(place.run("both.opt"), 3, out="", err_has=["error[E0601]", "error[E0181]"]),
        trouble(place.run("check", "other.opt"), 2, err_has="error[E0601]"),
    )


@suite.case("--library and TALWEG_LIBRARY stand before the built-in modules")
def library(place):
    place.write("own/losses.opt", "# Mine.\nhuber(r) = 77*r\n")
    place.write("own/mine.opt", "use losses\nmine = huber(1)\n")
    place.write("main.opt", "use mine\nuse schedules\nprint mine, constant(0, 5)\n")
    environment = {"TALWEG_LIBRARY": "own"}
    return first_of(
        trouble(place.run("--library", "own", "main.opt"), out="77 5\n", err=""),
        trouble(place.run("main.opt", environment=environment), out="77 5\n", err=""),
        trouble(place.run("--library", ".", "main.opt", environment=environment), 3,
                err_has="there is no module `mine`"),
        trouble(place.run("--library=", "main.opt"), 2, err_has="--library"),
    )


@suite.case("a file of the library that cannot be read is told")
def library_unreadable(place):
    (place.folder / "own" / "losses.opt").mkdir(parents=True)
    return trouble(place.run("--library", "own", "-e", "use losses"), 2,
                   err_has=["error[E0601]", "losses.opt"])


@suite.case("help knows modules, and what they define, with its comment")
def help_pages(place):
    return first_of(
        trouble(place.run("help", "huber"),
                out_has=["defined in the module `losses`", "use losses", "Huber, 1964"]),
        trouble(place.run("help", "schedules"), out_has=["use schedules", "cosine(k, a, n)"]),
    )


suite.main()
