/* SPDX-License-Identifier: MIT
 * npy.h - arrays in the file format of NumPy (NEP 1; "numpy.lib.format", NumPy manual).
 *
 * Versions 1 and 2, up to two axes, the element types f8 f4, i1 to i8, u1 to u8 and b1 in
 * either byte order, row by row or column by column. */
#ifndef DATA_NPY_H
#define DATA_NPY_H

#include "base/text.h"
#include "data/poll.h"

enum { NPY_AXES_MOST = 2, NPY_TYPE_MOST = 16 };

struct npy_array {
    size_t axes; /* 0 is a number, 1 a vector, 2 a matrix */
    size_t shape[NPY_AXES_MOST];
    size_t count;    /* of elements */
    double *numbers; /* row by row; NULL in a view */
    bool is_view;    /* they are those that begin at `offset` of the bytes */
    size_t offset;
    size_t rounded; /* integers beyond 2^53 that are no doubles: the nearest one stands */
};

enum npy_code {
    NPY_STOPPED,     /* go_on said no */
    NPY_NO_MAGIC,    /* the bytes begin as no such file does */
    NPY_BAD_VERSION, /* `found` is the major version */
    NPY_BAD_HEADER,  /* the description breaks off or is none at `offset` */
    NPY_BAD_TYPE,    /* `type` is not read */
    NPY_BAD_AXES,    /* more than NPY_AXES_MOST: `found` of them */
    NPY_BAD_SIZE     /* `expected` bytes belong here, `found` are left, behind `offset`;
                        SIZE_MAX stands for more than a file can hold */
};

struct npy_fault {
    enum npy_code code;
    size_t offset; /* bytes from the beginning */
    size_t found, expected;
    char type[NPY_TYPE_MOST]; /* the beginning of what stands there, NUL-terminated */
};

/* Reads the whole of `bytes`; the numbers are from `arena`, or, where a view is allowed
 * and the file has them as memory would, where they stand in `bytes`.  False with *fault
 * set. */
bool npy_read(const char *bytes, size_t length, bool allows_view, struct data_poll poll,
              struct arena *arena, struct npy_array *array, struct npy_fault *fault);
/* Appends the array as version 1, type <f8, row by row, the numbers at a multiple of 64
 * bytes.  `axes` is at most NPY_AXES_MOST.  False when go_on said no. */
bool npy_write(struct text *out, const double *numbers, size_t axes, const size_t *shape,
               struct data_poll poll);

#endif
