/* SPDX-License-Identifier: MIT */
#include "linear/qr_rows.h"

#include <float.h>
#include <math.h>

/* The norm of `top` and a column of the block, whatever the range of the numbers. */
static double measure(double top, size_t rows, const double *column, size_t step)
{
    double sum = top * top, most = fabs(top);
    for (size_t i = 0; i < rows; i++)
        sum += column[i * step] * column[i * step];
    if (sum > DBL_MIN / DBL_EPSILON && sum <= DBL_MAX)
        return sqrt(sum);
    for (size_t i = 0; i < rows; i++)
        most = fmax(most, fabs(column[i * step]));
    if (!(most > 0 && most <= DBL_MAX))
        return isnan(sum) ? sum : most;
    sum = (top / most) * (top / most);
    for (size_t i = 0; i < rows; i++)
        sum += (column[i * step] / most) * (column[i * step] / most);
    return most * sqrt(sum);
}

/* Reflects column k of the block into the diagonal, and takes the columns behind along.
 * The reflection is I - tau v v' with v = (1, v_block); v_block takes the place of the
 * column. */
static void reflect(size_t columns, double *row, size_t k, size_t rows, double *block)
{
    double *column = block + k, alpha = row[k];
    double norm = measure(alpha, rows, column, columns);
    if (norm == fabs(alpha) && norm == 0)
        return;
    double beta = -copysign(norm, alpha), tau = (beta - alpha) / beta;
    for (size_t i = 0; i < rows; i++)
        column[i * columns] /= alpha - beta;
    row[k] = beta;
    for (size_t j = k + 1; j < columns; j++) {
        double dot = row[j];
        for (size_t i = 0; i < rows; i++)
            dot += column[i * columns] * block[i * columns + j];
        dot *= tau;
        row[j] -= dot;
        for (size_t i = 0; i < rows; i++)
            block[i * columns + j] -= dot * column[i * columns];
    }
}

void qr_add_rows(size_t columns, double *r, size_t rows, double *block)
{
    for (size_t k = 0; k < columns; k++)
        reflect(columns, r + k * columns, k, rows, block);
}
