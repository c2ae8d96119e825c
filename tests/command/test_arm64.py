# SPDX-License-Identifier: MIT
"""src/math gives the same bits on arm64: built by a cross compiler, run by QEMU."""

import pathlib
import shutil
import subprocess

from cases import Skip, Suite

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPILER, EMULATOR = "aarch64-linux-gnu-gcc", "qemu-aarch64"
# Those of meson.build that may decide about bits.
ARGUMENTS = ["-std=c17", "-O3", "-ffp-contract=off", "-fno-trapping-math", "-fno-math-errno",
             "-fno-thread-jumps", "-fopenmp-simd", f"-I{ROOT / 'src'}"]
suite = Suite()


@suite.case("the functions of blocks have the bits of other machines on arm64")
def bits(place):
    for program in (COMPILER, EMULATOR):
        if not shutil.which(program):
            raise Skip(f"{program} is missing")
    level, program = place.folder / "level.o", place.folder / "bits"
    sources = [ROOT / "tests/math/bits.c", ROOT / "src/math/choice.c"]
    for arguments in (["-DMATH_LEVEL=baseline", "-c", ROOT / "src/math/level.c", "-o", level],
                      ["-static", *sources, level, "-lm", "-o", program]):
        built = subprocess.run([COMPILER, *ARGUMENTS, *arguments], capture_output=True, text=True)
        if built.returncode:
            return built.stderr
    found = subprocess.run([EMULATOR, program], capture_output=True, text=True, timeout=120)
    return found.stdout + found.stderr if found.returncode else None


suite.main()
