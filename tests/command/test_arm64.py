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
             "-fno-thread-jumps", "-fopenmp-simd", "-DMATH_LEVEL=baseline", "-static"]
suite = Suite()


@suite.case("the functions of blocks have the bits of other machines on arm64")
def bits(place):
    for program in (COMPILER, EMULATOR):
        if not shutil.which(program):
            raise Skip(f"{program} is missing")
    program = place.folder / "bits"
    sources = [ROOT / "tests/math/bits.c", ROOT / "src/math/choice.c", ROOT / "src/math/level.c"]
    built = subprocess.run([COMPILER, *ARGUMENTS, f"-I{ROOT / 'src'}", "-o", program, *sources,
                            "-lm"], capture_output=True, text=True)
    if built.returncode:
        return built.stderr
    found = subprocess.run([EMULATOR, program], capture_output=True, text=True, timeout=120)
    return found.stdout + found.stderr if found.returncode else None


suite.main()
