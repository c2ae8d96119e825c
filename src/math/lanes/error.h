/* SPDX-License-Identifier: MIT
 * error.h - erf and erfc.
 *
 * Up to 1 erf is x times a polynomial (minimax, by Sollya's fpminimax; relative error
 * below 2^-56).  From 1/2 on erfc is exp(-x^2) times a smooth function, which is a
 * polynomial around the middle of each of six intervals (Chebyshev interpolation, by
 * mpmath's chebyfit; relative errors below 2^-55), the first coefficient in two numbers.
 */
#ifndef MATH_LANES_ERROR_H
#define MATH_LANES_ERROR_H

#include "math/lanes/power.h"

enum { LANE_ERFC_TERMS = 24 };

struct lane_erfc_piece {
    double end, middle, low;
    double terms[LANE_ERFC_TERMS];
};

/* exp(x^2) erfc(x) */
static const struct lane_erfc_piece lane_erfc_pieces[] = {
    /* clang-format off */
    {1, 0x1.8p-1, -0x1.ec2134d851665p-55,
     {0x1.038d54ea3d834p-1, -0x1.78cdd551ee51ap-2, 0x1.d90093ae10928p-3,
      -0x1.09e77d40e01cep-3, 0x1.1192f5bd6873cp-4, -0x1.054d68296d26ap-5,
      0x1.d43a7c7a7c0fap-7, -0x1.8c97dd23cacebp-8, 0x1.3f818962c9a6p-9,
      -0x1.ec0d293395f67p-11, 0x1.6b984c0138dd8p-12, -0x1.02a04a14e43aap-13,
      0x1.635d5fe5fc73cp-15, -0x1.e412f7345926ep-17, 0x1.37d7863ebade2p-18}},
    {2, 0x1.8p0, 0x1.39bdf0f0d8e21p-56,
     {0x1.494daffa2ad68p-2, -0x1.4f1988444caf6p-3, 0x1.37ea271bc54bdp-4,
      -0x1.0dc51d2941fe8p-5, 0x1.b65944f34f932p-7, -0x1.513ed75fe3aa1p-8,
      0x1.ee705e7339eap-10, -0x1.5b0ac006ded44p-11, 0x1.d4509d2e96628p-13,
      -0x1.30c0deef7e30bp-14, 0x1.7f996b47b4062p-16, -0x1.d41bcf828a13dp-18,
      0x1.156fd6fb88da9p-19, -0x1.3f2aec68e0ef9p-21, 0x1.66efcc06ca71p-23,
      -0x1.a998623712d22p-25, 0x1.c702a07f72a49p-27}},
    {4, 0x1.8p1, -0x1.99ac9296879fap-58,
     {0x1.6e9827d229d2dp-3, -0x1.bd6ae4d14b16fp-5, 0x1.043fe1a98c0d4p-6,
      -0x1.259061ba85698p-8, 0x1.409cc2ed3f027p-10, -0x1.53dec9d0889cap-12,
      0x1.5e7393054287p-14, -0x1.6025103cace2p-16, 0x1.595f1b10ffe11p-18,
      -0x1.4b14624a945b9p-20, 0x1.3699168d7bd7ep-22, -0x1.1d7922347c7aap-24,
      0x1.014e0a0208bep-26, -0x1.c74e1c5371149p-29, 0x1.8c2f441a8c0efp-31,
      -0x1.527f395f218fap-33, 0x1.1666810f3d63bp-35, -0x1.cd539a8193ddep-38,
      0x1.d497f9598b60ap-40, -0x1.765214aed4921p-42}},
    {8, 0x1.8p2, 0x1.ca9cebb9a1c44p-58,
     {0x1.7c0348489d721p-4, -0x1.ed7f66d9d09fep-7, 0x1.3c7764a81f462p-9,
      -0x1.9106a7cd79df8p-12, 0x1.f64cd9c07b66cp-15, -0x1.370d06417ac4p-17,
      0x1.7d0e03edb2214p-20, -0x1.cde4ceca58c4bp-23, 0x1.1513469ecdd63p-25,
      -0x1.491bb152f4eb5p-28, 0x1.83201a8128c65p-31, -0x1.c312a78c5953ap-34,
      0x1.045ffc9dc9112p-36, -0x1.29e8afef4d7eep-39, 0x1.51dac6bc001e4p-42,
      -0x1.7b931f0224871p-45, 0x1.a73db2b330e91p-48, -0x1.d9806d433f62ap-51,
      0x1.03956f2260367p-53, -0x1.f7cd8661a9f33p-57, 0x1.110fda41ea14p-59,
      -0x1.e8e59452fb60fp-62, 0x1.028f1b8ae16b7p-64}},
    {16, 0x1.8p3, 0x1.8550f82cda2a5p-60,
     {0x1.7fd46c5e0864dp-5, -0x1.fc477b46d665ap-9, 0x1.4f67f473cc4fdp-12,
      -0x1.b92eddb6a4c41p-16, 0x1.21338ab42ecb2p-19, -0x1.79e921ac656cep-23,
      0x1.ec3b264c09c0dp-27, -0x1.3f89d9ac7fcbdp-30, 0x1.9d8bf905536e5p-34,
      -0x1.0ac36c27ad8e6p-37, 0x1.571580ffb98dcp-41, -0x1.b7e00bf2428adp-45,
      0x1.191e9c3f012f8p-48, -0x1.663baed63d27dp-52, 0x1.c73ab382ce871p-56,
      -0x1.2050019ba55d1p-59, 0x1.6acb3cc72121fp-63, -0x1.c8e0c506e376p-67,
      0x1.29e6efc6e39cfp-70, -0x1.74b50ded8ea6ap-74, 0x1.5b9f5fbe05c0ep-78,
      -0x1.b273957127658p-82, 0x1.3a2944623830ap-84, -0x1.83933fceae832p-88}},
    {__builtin_inf(), 0x1.6p4, -0x1.b02e257352612p-61,
     {0x1.a3bc12161d4ebp-6, -0x1.30a253d642e9cp-10, 0x1.b9bd9f029a78dp-15,
      -0x1.3ff35b4b9dfa5p-19, 0x1.cf017aa14160cp-24, -0x1.4eabfd67a13f2p-28,
      0x1.e35421d7218c4p-33, -0x1.5ca81429fc252p-37, 0x1.f6830efd1b95dp-42,
      -0x1.69c478134b01p-46, 0x1.042ebd544d6bp-50, -0x1.75df879cdd033p-55,
      0x1.0c5c40bb41a11p-59, -0x1.80dc158db5fc7p-64, 0x1.13896afd13e23p-68,
      -0x1.8a5fe48b44493p-73, 0x1.1ca40e2ac3006p-77, -0x1.9694de12cf0bap-82,
      0x1.05a6107acdb6ap-86, -0x1.75329d19e9f58p-91, 0x1.b440e54231176p-95,
      -0x1.362289698209dp-99}},
    /* clang-format on */
};

/* from 1/2 on */
LANE_INLINE double lane_erfc_far(double x)
{
    const struct lane_erfc_piece *piece = lane_erfc_pieces;
    double y = x > 27.3 ? 27.3 : x;
    while (y > piece->end)
        piece++;
    double from_middle = y - piece->middle, sum = piece->terms[LANE_ERFC_TERMS - 1];
    for (int i = LANE_ERFC_TERMS - 2; i > 0; i--)
        sum = lane_fma(sum, from_middle, piece->terms[i]);
    double scaled = piece->terms[0] + lane_fma(sum, from_middle, piece->low);
    double square = y * y, rest = lane_product_rest(y, y, square);
    return lane_exp_pair_times((struct lane_pair){-square, -rest}, scaled);
}

/* up to 1 */
LANE_INLINE double lane_erf_near(double x)
{
    double z = x * x, sum = 0x1.f6b1dd477d28bp-36;
    sum = lane_fma(sum, z, -0x1.2a3fcdb57d266p-33);
    sum = lane_fma(sum, z, -0x1.2b21a59f059dp-31);
    sum = lane_fma(sum, z, 0x1.d3660c6e7b40bp-27);
    sum = lane_fma(sum, z, -0x1.5c7dcbd7808b8p-23);
    sum = lane_fma(sum, z, 0x1.b99cad1097648p-20);
    sum = lane_fma(sum, z, -0x1.f4cd52e72f30ap-17);
    sum = lane_fma(sum, z, 0x1.f9a2ea019aeffp-14);
    sum = lane_fma(sum, z, -0x1.c02db20687cf5p-11);
    sum = lane_fma(sum, z, 0x1.565bcd038e9bp-8);
    sum = lane_fma(sum, z, -0x1.b82ce3123e1dcp-6);
    sum = lane_fma(sum, z, 0x1.ce2f21a0419ccp-4);
    sum = lane_fma(sum, z, -0x1.812746b0379c6p-2);
    return lane_fma(x, lane_fma(sum, z, 0x1.06eba8214db69p-3), x);
}

/* Their pieces are looked up: one by one. */
LANE_INLINE double lane_erf(double x)
{
    double y = lane_abs(x);
    if (!(y > 1))
        return lane_erf_near(x);
    return lane_turn(1 - lane_erfc_far(y), lane_bits(x));
}

LANE_INLINE double lane_erfc(double x)
{
    if (x > 0.5)
        return lane_erfc_far(x);
    return x < -1 ? 2 - lane_erfc_far(-x) : 1 - lane_erf_near(x);
}

#endif
