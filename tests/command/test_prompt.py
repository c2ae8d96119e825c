# SPDX-License-Identifier: MIT
"""The prompt, typed at in a terminal."""

import pathlib
import shutil

from cases import HOOK, Skip, Suite
from screen import Screen, last

suite = Suite()

PROMPT = "talweg>"
MORE = "   ...>"


def need_editor(place):
    if not (pathlib.Path(place.binary).parent / "talweg-lineedit.so").exists():
        raise Skip("built without the line editor")


def at_prompt(place, *options, **environment):
    """A screen on which the prompt has just appeared."""
    variables = [f"{name}={value}" for name, value in environment.items()]
    screen = Screen(place, " ".join(["env", *variables, place.binary, *options]))
    try:
        screen.wait(PROMPT)
    except AssertionError:
        screen.close()
        raise
    return screen


def answer(screen, line):
    """Types a line at the prompt; the lines that it shows before the next prompt."""
    before = screen.shown().count("\n")
    screen.type(line)
    text = screen.wait(lambda text: text.count("\n") > before and last(text) == PROMPT)
    return text.split("\n")[before + 1 : -1]


def differs(wanted, got):
    return None if wanted == got else f"wanted {wanted!r}, got {got!r}"


@suite.case("the banner is at most two lines, and none with --quiet")
def banner(place):
    with at_prompt(place) as screen:
        lines = screen.shown().split("\n")
    with at_prompt(place, "-q") as screen:
        quiet = screen.shown().split("\n")
    if not 2 <= len(lines) <= 3 or "Talweg" not in lines[0]:
        return "\n".join(lines)
    return differs([PROMPT], quiet)


@suite.case("a typed line runs at once and an expression shows its value")
def value(place):
    with at_prompt(place) as screen:
        answer(screen, "x = 2")
        return differs(["8"], answer(screen, "x^3"))


@suite.case("the hook is typed and converges")
def hook(place):
    with at_prompt(place) as screen:
        shown = "\n".join(answer(screen, HOOK.strip()))
        missing = [piece for piece in ("converged", "2.99999232") if piece not in shown]
        return f"no {missing} in:\n{shown}" if missing else differs(
            ["2.99999232"], answer(screen, "w")
        )


@suite.case("an open parenthesis or block asks for more")
def continuation(place):
    with at_prompt(place) as screen:
        screen.type("x = (1 +")
        screen.wait(MORE)
        screen.type("2)")
        screen.wait(PROMPT)
        screen.type("if x == 3 {")
        screen.wait(MORE)
        screen.type("print x + 0.5")
        screen.wait(MORE)
        return differs(["3.5"], answer(screen, "}"))


@suite.case("a solve without over waits for a blank line")
def solve_in_lines(place):
    with at_prompt(place) as screen:
        screen.type("minimize (w - 2)^2")
        screen.wait(MORE)
        screen.type("over w from 0 step 0.5")
        screen.wait(MORE)
        screen.type("")
        screen.wait_has("converged")
        screen.wait(PROMPT)
        return differs(["2"], answer(screen, "w"))


@suite.case("an error names the input and the session goes on")
def error(place):
    with at_prompt(place) as screen:
        answer(screen, "x = 1")
        shown = "\n".join(answer(screen, "print nobody"))
        if "<input 2>:1:7" not in shown:
            return shown
        return differs(["1"], answer(screen, "x"))


@suite.case("Ctrl-C at the prompt drops the line, and what was begun, and keeps the names")
def interrupt_line(place):
    with at_prompt(place) as screen:
        answer(screen, "x = 5")
        screen.keys("-l", "x = 6")
        screen.wait_has("x = 6")
        screen.keys("C-c")
        screen.wait(PROMPT)
        screen.type("x = (7 +")
        screen.wait(MORE)
        screen.keys("C-c")
        screen.wait(PROMPT)
        return differs(["5"], answer(screen, "x"))


@suite.case("Ctrl-C in a long run stops it and comes back to the prompt")
def interrupt_run(place):
    with at_prompt(place) as screen:
        answer(screen, "x = 5")
        screen.type("print 6*7; while true { k = 1 }")
        screen.wait_has("\n42")
        screen.keys("C-c")
        screen.wait(PROMPT)
        return differs(["5"], answer(screen, "x"))


@suite.case("Ctrl-D leaves with status 0")
def end(place):
    with at_prompt(place) as screen:
        screen.keys("C-d")
        screen.wait_has("left with 0")
    return None


@suite.case(":quit, quit and exit leave")
def leave(place):
    for word in (":quit", "quit", "exit"):
        with at_prompt(place) as screen:
            screen.type(word)
            screen.wait_has("left with 0")
    return None


@suite.case("a pasted script of several lines is one input")
def paste(place):
    need_editor(place)
    with at_prompt(place) as screen:
        screen.paste("f(x) = x^2\nprint f(2)\n\tprint f(3)\nprint nobody")
        screen.wait_has("print nobody")
        screen.keys("Enter")
        screen.wait(lambda text: last(text) == PROMPT)
        shown = screen.shown()
        if "<input 1>:4:7" not in shown:
            return shown
        screen.paste("f(x) = x^2\nprint f(2)\n\tprint f(3)")
        screen.wait(lambda text: text.count("print f(3)") == 2)
        screen.keys("Enter")
        text = screen.wait(lambda text: last(text) == PROMPT)
        return differs(["4", "9"], text.split("\n")[-3:-1])


@suite.case("Tab completes a keyword and a name of the session")
def completion(place):
    need_editor(place)
    with at_prompt(place) as screen:
        answer(screen, "wonderful = 42")
        screen.keys("-l", "wonde")
        screen.keys("Tab")
        screen.wait(PROMPT + " wonderful")
        screen.keys("Enter")
        screen.wait_has("\n42\n")
        screen.keys("-l", "minim")
        screen.keys("Tab")
        screen.wait(PROMPT + " minimize")
    return None


@suite.case("the history outlives the session, each input once, a paste as one")
def history(place):
    need_editor(place)
    with at_prompt(place) as screen:
        answer(screen, "x = 1")
        answer(screen, "x = 2")
        answer(screen, "x = 1")
        screen.type("y = (3 +")
        screen.wait(MORE)
        answer(screen, "4)")
        screen.keys("C-d")
        screen.wait_has("left with")
    file = place.folder / ".local/state/talweg/history"
    if file.stat().st_mode & 0o077:
        return "others may read the history"
    with at_prompt(place) as screen:
        seen = []
        for wanted in ("y = (3 +\n4)", "x = 1", "x = 2"):
            screen.keys("Up")
            try:
                screen.wait(lambda text: text.endswith(PROMPT + " " + wanted), 5)
            except AssertionError as trouble:
                return str(trouble)
            seen.append(wanted)
        screen.keys("Up")
        screen.wait(lambda text: text.endswith(PROMPT + " x = 2"))
    return None


@suite.case("XDG_STATE_HOME says where the history is")
def state_home(place):
    need_editor(place)
    with at_prompt(place, XDG_STATE_HOME=str(place.folder / "state")) as screen:
        answer(screen, "x = 1")
    text = (place.folder / "state/talweg/history").read_text()
    return None if "x = 1\n" in text else text


@suite.case(":save writes what ran, :reset forgets, :load brings it back")
def save(place):
    with at_prompt(place) as screen:
        answer(screen, "x = 5")
        answer(screen, "print nobody")
        answer(screen, f":save {place.folder}/kept.opt")
        answer(screen, ":reset")
        forgotten = "\n".join(answer(screen, "print x"))
        answer(screen, f":load {place.folder}/kept.opt")
        back = answer(screen, "x")
        missing = "\n".join(answer(screen, ":load nowhere.opt"))
    if "error" not in forgotten or "No such file" not in missing:
        return forgotten + missing
    return differs(("x = 5\n", ["5"]), (place.read("kept.opt"), back))


@suite.case("help and ?NAME tell what is known; a mistyped command is told")
def help_command(place):
    with at_prompt(place) as screen:
        shown = "\n".join(answer(screen, "help"))
        by_word = answer(screen, "help gradient")
        by_sign = answer(screen, "?gradient")
        slip = "\n".join(answer(screen, ":lod x"))
    if ":load FILE" not in shown or not by_word or "nothing is known" in by_word[0]:
        return shown + "\n".join(by_word)
    return differs(by_word, by_sign) or (None if "write `:load`" in slip else slip)


@suite.case("a name may be called help")
def name_help(place):
    with at_prompt(place) as screen:
        answer(screen, "help = 3")
        return differs(["4"], answer(screen, "help + 1"))


@suite.case("on a terminal that cannot move its cursor, and without the module, lines are read")
def plain(place):
    with at_prompt(place, TERM="dumb") as screen:
        dumb = answer(screen, "1 + 1")
        screen.keys("C-c")
        screen.wait(PROMPT)
        screen.keys("C-d")
        screen.wait_has("left with 0")
    alone = shutil.copy(place.binary, place.folder / "alone")
    place.binary = str(alone)
    with at_prompt(place) as screen:
        return differs((["2"], ["3"]), (dumb, answer(screen, "1 + 2")))


@suite.case("with standard output elsewhere the results alone go there")
def results_elsewhere(place):
    with Screen(place, f"{place.binary} > {place.folder}/out") as screen:
        screen.wait(PROMPT)
        screen.type("print 6*7")
        screen.wait(lambda text: text.count(PROMPT) == 2)
        screen.keys("C-d")
        screen.wait_has("left with 0")
    return differs("42\n", place.read("out"))


@suite.case("the names that a sweep replaces are back after an error in one of its runs")
def names_after_a_sweep(place):
    with at_prompt(place, "-q") as screen:
        for line in ("a = 4", "w = 9", 'sweep a in [1, "x"] minimize (w - a)^2 over w from 0 step 0.1'):
            answer(screen, line)
        shown = answer(screen, "print a, w")
    return differs(["4 9"], shown)


suite.main()
