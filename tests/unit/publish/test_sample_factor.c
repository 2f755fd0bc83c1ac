/*
 * test_sample_factor.c - factors, sizes and limits against published tables and against exact rational arithmetic.
 *
 * Where a `why` names no source, the figure was computed elsewhere: factors by another statistics package, sizes of
 * exact_sizes and frame_sizes by a brute search over fractions without rounding (binomial coefficients as integers).
 */
#include "tieout/sample_math.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define PERCENT (TIE_DEC_ONE / 100)
#define CL95 (95 * PERCENT)
#define CL90 (90 * PERCENT)

static double of(tie_e12 value)
{
    return (double)value / 1e12;
}

static void near(double got, double want, double within, const char *why, uint64_t at)
{
    if (!(fabs(got - want) <= within))
        fail_msg("%s (%llu): %.12g, expected %.12g", why, (unsigned long long)at, got, want);
}

/* ---- R(CL, k) ---- */

static const tie_dec levels[] = { 990000, 975000, 950000, 900000, 850000, 800000, 750000, 700000, 500000 };
static const struct {
    uint64_t errors;
    double factor[9];
} poisson_factors[] = {
    { 0,
        { 4.6051701860, 3.6888794541, 2.9957322736, 2.3025850930, 1.8971199849, 1.6094379124, 1.3862943611,
            1.2039728043, 0.6931471806 } },
    { 1,
        { 6.6383520680, 5.5716433909, 4.7438645184, 3.8897201699, 3.3724415436, 2.9943083470, 2.6926345289,
            2.4392164833, 1.6783469900 } },
    { 2,
        { 8.4059469149, 7.2246876677, 6.2957936219, 5.3223203378, 4.7230515634, 4.2790298601, 3.9204020603,
            3.6155676659, 2.6740603137 } },
    { 3,
        { 10.0451175148, 8.7672730697, 7.7536565279, 6.6807830683, 6.0135368811, 5.5150457152, 5.1094274851,
            4.7622290965, 3.6720607489 } },
    { 4,
        { 11.6046255795, 10.2415886754, 9.1535190266, 7.9935895861, 7.2669679976, 6.7209787875, 6.2744306984,
            5.8903613137, 4.6709088828 } },
    { 5,
        { 13.1084836528, 11.6683320793, 10.5130349087, 9.2746738934, 8.4946533406, 7.9059931109, 7.4227018355,
            7.0055500842, 5.6701611887 } },
    { 6,
        { 14.5706188703, 13.0594740225, 11.8423956524, 10.5320721065, 9.7031182204, 9.0753852812, 8.5584667980,
            8.1110493067, 6.6696370745 } },
    { 7,
        { 15.9999634544, 14.4226753617, 13.1481138024, 11.7709144615, 10.8965287352, 10.2325396469, 9.6844301103,
            9.2089471961, 7.6692494425 } },
    { 8,
        { 17.4026528674, 15.7631892202, 14.4346497152, 12.9947115413, 12.0777354923, 11.3797729106, 10.8024448979,
            10.3006770571, 8.6689511844 } },
    { 9,
        { 18.7831173933, 17.0848034514, 15.7052164221, 14.2059902922, 13.2487900939, 12.5187528198, 11.9138460215,
            11.3872725368, 9.6687146147 } },
    { 10,
        { 20.1446802188, 18.3903560420, 16.9622192357, 15.4066411720, 14.4112271350, 13.6507270159, 13.0196325141,
            12.4695078676, 10.6685224038 } },
    { 15,
        { 26.7428859181, 24.7402188715, 23.0971297601, 21.2923725415, 20.1281479360, 19.2331564007, 18.4864910633,
            17.8324603463, 15.6679295443 } },
    { 20,
        { 33.1031181420, 30.8883779027, 29.0620188404, 27.0451012254, 25.7372957528, 24.7279851521, 23.8831253048,
            23.1408375750, 20.6676237063 } },
};

/* What auditors have on paper, errors 0..10 and 20. */
static const struct {
    tie_dec confidence;
    int printed[12]; /* hundredths */
} printed_factors[] = {
    { CL95, { 300, 475, 630, 776, 916, 1052, 1185, 1315, 1444, 1571, 1697, 2907 } },
    { CL90, { 231, 389, 533, 669, 800, 928, 1054, 1178, 1300, 1421, 1541, 2705 } },
    { 63 * PERCENT, { 100, 214, 325, -1, -1, -1, -1, -1, -1, -1, -1, -1 } }, /* a copy in use has 3.35: a misprint */
};

static void test_poisson_factors(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(poisson_factors); i++)
        for (size_t c = 0; c < TIE_COUNT_OF(levels); c++)
            near(of(tie_poisson_factor(levels[c], poisson_factors[i].errors)), poisson_factors[i].factor[c], 1e-9, "R",
                i * 100 + c);
    for (size_t i = 0; i < TIE_COUNT_OF(printed_factors); i++)
        for (size_t k = 0; k < 12; k++) {
            const tie_e12 factor = tie_poisson_factor(printed_factors[i].confidence, k == 11 ? 20 : k);

            if (printed_factors[i].printed[k] >= 0)
                assert_int_equal(tie_table_factor(factor), printed_factors[i].printed[k] * (TIE_E12_ONE / 100));
        }
    assert_int_equal(tie_table_factor(3 * TIE_E12_ONE), 3 * TIE_E12_ONE); /* a whole one stays */
}

/* ---- planning ---- */

static const tie_dec planning_levels[] = { 950000, 900000, 850000, 800000, 750000, 700000, 500000 };
static const struct {
    int64_t ratio; /* hundredths */
    double factor[7];
} planning_factors[] = {
    { 0, { 2.99573227, 2.30258509, 1.89711998, 1.60943791, 1.38629436, 1.20397280, 0.69314718 } },
    { 5, { 3.30890200, 2.51765480, 2.05942627, 1.73683891, 1.48830934, 1.28649549, 0.72845161 } },
    { 10, { 3.67501439, 2.76779447, 2.24717393, 1.88339854, 1.60501195, 1.38036603, 0.76765468 } },
    { 15, { 4.10659050, 3.06117423, 2.46617765, 2.05339366, 1.73959120, 1.48797083, 0.81144386 } },
    { 20, { 4.62016226, 3.40853131, 2.72405042, 2.25240118, 1.89618590, 1.61238983, 0.86067854 } },
    { 25, { 5.23792354, 3.82421567, 3.03092639, 2.48781305, 2.08025444, 1.75766113, 0.91644732 } },
    { 30, { 5.99022912, 4.32777041, 3.40055028, 2.76960931, 2.29912741, 1.92917399, 0.98014995 } },
    { 40, { 8.08636340, 5.71882009, 4.41219549, 3.53307058, 2.88554989, 2.38317534, 1.13928933 } },
    { 50, { 11.53684802, 7.98180401, 6.03704313, 4.74189600, 3.79930057, 3.07805881, 1.36189682 } },
    { 60, { 17.84013268, 12.06371864, 8.92721953, 6.85785075, 5.36934851, 4.24680257, 1.69557948 } },
};

static const struct {
    const char *why;
    tie_dec confidence;
    int64_t book, tolerable, expected;
    uint64_t size;
} money_sizes[] = {
    { "table C-1, 95 %, ratio 0", CL95, 100, 10, 0, 30 },
    { "table C-1, 95 %, ratio 0", CL95, 100, 5, 0, 60 },
    { "table C-1, 95 %, ratio 0", CL95, 100, 3, 0, 100 },
    { "table C-1, 95 %, ratio 0", CL95, 100, 2, 0, 150 },
    { "table C-1, 95 %, ratio 0", CL95, 100, 1, 0, 300 },
    { "table C-1, 95 %, ratio 0.1", CL95, 1000, 100, 10, 37 },
    { "table C-1, 95 %, ratio 0.1", CL95, 1000, 50, 5, 74 },
    { "table C-1, 95 %, ratio 0.1", CL95, 1000, 30, 3, 123 },
    { "table C-1, 95 %, ratio 0.1", CL95, 1000, 20, 2, 184 },
    { "table C-1, 95 %, ratio 0.1", CL95, 1000, 10, 1, 368 },
    { "table C-1, 95 %, ratio 0.2", CL95, 1000, 100, 20, 47 },
    { "table C-1, 95 %, ratio 0.2", CL95, 1000, 50, 10, 93 },
    { "table C-1, 95 %, ratio 0.2", CL95, 1000, 30, 6, 155 },
    { "table C-1, 95 %, ratio 0.2", CL95, 1000, 20, 4, 232 },
    { "table C-1, 95 %, ratio 0.2", CL95, 1000, 10, 2, 463 },
    { "table C-1, 95 %, ratio 0.3", CL95, 1000, 100, 30, 60 },
    { "table C-1, 95 %, ratio 0.3", CL95, 1000, 10, 3, 600 },
    { "table C-1, 95 %, ratio 0.4", CL95, 1000, 100, 40, 81 },
    { "table C-1, 95 %, ratio 0.4", CL95, 1000, 30, 12, 270 },
    { "table C-1, 95 %, ratio 0.4", CL95, 1000, 10, 4, 809 },
    { "table C-1, 95 %, ratio 0.5", CL95, 1000, 100, 50, 116 },
    { "table C-1, 95 %, ratio 0.5", CL95, 1000, 50, 25, 231 },
    { "table C-1, 95 %, ratio 0.5", CL95, 1000, 10, 5, 1154 },
    { "table C-1, 90 %, ratio 0", CL90, 1000, 100, 0, 24 },
    { "table C-1, 90 %, ratio 0", CL90, 1000, 50, 0, 47 },
    { "table C-1, 90 %, ratio 0", CL90, 1000, 10, 0, 231 },
    { "table C-1, 90 %, ratio 0.2", CL90, 1000, 100, 20, 35 },
    { "table C-1, 90 %, ratio 0.2", CL90, 1000, 10, 2, 341 },
    { "table C-1, 90 %, ratio 0.3", CL90, 1000, 50, 15, 87 },
    { "table C-1, 90 %, ratio 0.4", CL90, 1000, 30, 12, 191 },
    { "table C-1, 90 %, ratio 0.5", CL90, 1000, 100, 50, 80 },
    { "table C-1, 90 %, ratio 0.5", CL90, 1000, 10, 5, 799 },
    { "documentation of an R package", CL95, 10000000, 100000, 50000, 1154 },
    { "factor 4.62016 times 20 is 92.4", CL95, 2500000, 125000, 25000, 93 },
    { "factor 4.874840; the expansion formula says 93", CL95, 2500000, 125000, 27722, 98 },
    { "the expansion formula says 88", CL95, 1000000, 50000, 10000, 93 },
    { "an attribute table says 181", CL95, 300000, 15000, 6000, 162 },
};

static void test_planning(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(planning_factors); i++)
        for (size_t c = 0; c < TIE_COUNT_OF(planning_levels); c++)
            near(of(tie_planning_factor(planning_levels[c], (struct tie_ratio){ planning_factors[i].ratio, 100 })),
                planning_factors[i].factor[c], 1e-8, "planning factor", i * 100 + c);
    for (size_t i = 0; i < TIE_COUNT_OF(money_sizes); i++) {
        const uint64_t size = tie_mus_size(
            money_sizes[i].confidence, money_sizes[i].book, money_sizes[i].tolerable, money_sizes[i].expected);

        if (size != money_sizes[i].size)
            fail_msg("%s (%zu): %llu", money_sizes[i].why, i, (unsigned long long)size);
    }
}

/* ---- attribute sizes ---- */

static const struct {
    const char *why;
    enum tie_error_model model;
    tie_dec confidence;
    int64_t tolerable; /* thousandths */
    uint64_t orders;
    uint64_t size[4]; /* for 0..3 errors; 0: not looked at */
} attribute_sizes[] = {
    { "binomial", TIE_BINOMIAL, CL95, 10, 0, { 299, 473, 628, 773 } },
    { "binomial", TIE_BINOMIAL, CL95, 20, 0, { 149, 236, 313, 386 } },
    { "binomial; 208 has the risk nearest to 5 %: 0.0496672", TIE_BINOMIAL, CL95, 30, 0, { 99, 157, 208, 257 } },
    { "binomial", TIE_BINOMIAL, CL95, 50, 0, { 59, 93, 124, 153 } },
    { "binomial", TIE_BINOMIAL, CL95, 100, 0, { 29, 46, 61, 76 } },
    { "binomial", TIE_BINOMIAL, CL90, 50, 0, { 45, 77, 105, 132 } },
    { "binomial", TIE_BINOMIAL, CL90, 100, 0, { 22, 38, 52, 65 } },
    { "a tie is kept: 1/2 <= 1/2", TIE_BINOMIAL, 50 * PERCENT, 500, 0, { 1, 3, 5, 7 } },
    { "Poisson", TIE_POISSON, CL95, 10, 0, { 300, 475, 630, 776 } },
    { "Poisson", TIE_POISSON, CL95, 50, 0, { 60, 95, 126, 156 } },
    { "finite", TIE_HYPERGEOMETRIC, CL95, 10, 1000, { 258, 393, 506, 606 } },
    { "finite", TIE_HYPERGEOMETRIC, CL95, 50, 1000, { 57, 90, 119, 146 } },
    { "finite", TIE_HYPERGEOMETRIC, CL95, 50, 100, { 45, 65, 81, 92 } },
    { "finite", TIE_HYPERGEOMETRIC, CL95, 50, 200, { 51, 78, 101, 121 } },
    { "finite", TIE_HYPERGEOMETRIC, CL95, 50, 500, { 56, 87, 114, 139 } },
    { "finite", TIE_HYPERGEOMETRIC, CL95, 50, 2000, { 58, 92, 122, 150 } },
    { "finite", TIE_HYPERGEOMETRIC, CL90, 50, 1200, { 45, 0, 102, 0 } },
};

/* AICPA table A-1: 95 %, errors expected as a rate in hundredths of a per cent. */
static const struct {
    int64_t tolerable, expected;
    uint64_t size;
} rate_sizes[] = { { 500, 0, 59 }, { 500, 25, 93 }, { 500, 50, 93 }, { 500, 75, 93 }, { 500, 100, 93 },
    { 500, 125, 124 }, { 500, 150, 124 }, { 500, 175, 153 }, { 500, 200, 181 }, { 500, 225, 208 }, { 500, 250, 234 },
    { 500, 275, 286 }, { 500, 300, 361 }, { 500, 325, 458 }, { 500, 350, 624 }, { 200, 0, 149 }, { 200, 25, 236 },
    { 200, 50, 313 }, { 200, 75, 386 }, { 200, 100, 590 }, { 200, 125, 1030 }, { 1000, 0, 29 }, { 1000, 25, 46 },
    { 1000, 200, 46 }, { 1000, 225, 61 }, { 1000, 325, 61 } };

/* confidence, tolerable and expected rate in thousandths -> size, errors allowed */
static const struct {
    tie_dec confidence;
    int64_t tolerable, expected;
    uint64_t size, errors;
} exact_sizes[] = {
    { 950000, 20, 0, 149, 0 },
    { 950000, 20, 5, 313, 2 },
    { 950000, 30, 0, 99, 0 },
    { 950000, 30, 5, 157, 1 },
    { 950000, 30, 10, 257, 3 },
    { 950000, 50, 0, 59, 0 },
    { 950000, 50, 10, 93, 1 },
    { 950000, 50, 20, 181, 4 },
    { 950000, 50, 30, 361, 11 },
    { 950000, 70, 10, 66, 1 },
    { 950000, 70, 30, 129, 4 },
    { 950000, 80, 40, 146, 6 },
    { 950000, 100, 20, 46, 1 },
    { 950000, 100, 50, 116, 6 },
    { 950000, 150, 0, 19, 0 },
    { 950000, 150, 100, 150, 15 },
    { 950000, 200, 50, 30, 2 },
    { 900000, 20, 0, 114, 0 },
    { 900000, 20, 5, 194, 1 },
    { 900000, 30, 0, 76, 0 },
    { 900000, 30, 5, 129, 1 },
    { 900000, 30, 10, 176, 2 },
    { 900000, 50, 0, 45, 0 },
    { 900000, 50, 10, 77, 1 },
    { 900000, 50, 20, 132, 3 },
    { 900000, 50, 30, 258, 8 },
    { 900000, 70, 10, 55, 1 },
    { 900000, 70, 30, 94, 3 },
    { 900000, 80, 40, 98, 4 },
    { 900000, 100, 20, 38, 1 },
    { 900000, 100, 50, 78, 4 },
    { 900000, 150, 0, 15, 0 },
    { 900000, 150, 100, 100, 10 },
    { 900000, 200, 50, 18, 1 },
    { 990000, 20, 0, 228, 0 },
    { 990000, 20, 5, 499, 3 },
    { 990000, 30, 0, 152, 0 },
    { 990000, 30, 5, 277, 2 },
    { 990000, 30, 10, 383, 4 },
    { 990000, 50, 0, 90, 0 },
    { 990000, 50, 10, 165, 2 },
    { 990000, 50, 20, 288, 6 },
    { 990000, 50, 30, 631, 19 },
    { 990000, 70, 10, 92, 1 },
    { 990000, 70, 30, 225, 7 },
    { 990000, 80, 40, 247, 10 },
    { 990000, 100, 20, 81, 2 },
    { 990000, 100, 50, 197, 10 },
    { 990000, 150, 0, 29, 0 },
    { 990000, 150, 100, 279, 28 },
    { 990000, 200, 50, 39, 2 },
};
static const struct {
    tie_dec confidence;
    uint64_t orders;
    int64_t tolerable, expected;
    uint64_t size, errors;
} frame_sizes[] = {
    { 950000, 50, 50, 0, 31, 0 },
    { 950000, 50, 50, 10, 43, 1 },
    { 950000, 50, 100, 20, 33, 1 },
    { 950000, 50, 80, 0, 26, 0 },
    { 950000, 137, 50, 0, 47, 0 },
    { 950000, 137, 50, 10, 71, 1 },
    { 950000, 137, 100, 20, 40, 1 },
    { 950000, 137, 80, 0, 32, 0 },
    { 950000, 400, 50, 0, 55, 0 },
    { 950000, 400, 50, 10, 85, 1 },
    { 950000, 400, 100, 20, 44, 1 },
    { 950000, 400, 80, 0, 35, 0 },
    { 950000, 900, 50, 0, 57, 0 },
    { 950000, 900, 50, 10, 90, 1 },
    { 950000, 900, 100, 20, 45, 1 },
    { 950000, 900, 80, 0, 36, 0 },
    { 900000, 50, 50, 0, 27, 0 },
    { 900000, 50, 50, 10, 40, 1 },
    { 900000, 50, 100, 20, 29, 1 },
    { 900000, 50, 80, 0, 22, 0 },
    { 900000, 137, 50, 0, 38, 0 },
    { 900000, 137, 50, 10, 62, 1 },
    { 900000, 137, 100, 20, 34, 1 },
    { 900000, 137, 80, 0, 25, 0 },
    { 900000, 400, 50, 0, 43, 0 },
    { 900000, 400, 50, 10, 72, 1 },
    { 900000, 400, 100, 20, 37, 1 },
    { 900000, 400, 80, 0, 27, 0 },
    { 900000, 900, 50, 0, 44, 0 },
    { 900000, 900, 50, 10, 74, 1 },
    { 900000, 900, 100, 20, 37, 1 },
    { 900000, 900, 80, 0, 28, 0 },
};

static void size_is(const struct tie_attribute_plan *plan, uint64_t want, uint64_t want_errors, const char *why)
{
    uint64_t errors = 0;
    const uint64_t size = tie_attribute_size(plan, &errors);

    if (size != want || (want_errors != UINT64_MAX && errors != want_errors))
        fail_msg("%s: tolerable %lld/%lld, expected %lld/%lld, frame %llu: size %llu with %llu errors, not %llu", why,
            (long long)plan->tolerable.num, (long long)plan->tolerable.den, (long long)plan->expected.num,
            (long long)plan->expected.den, (unsigned long long)plan->orders, (unsigned long long)size,
            (unsigned long long)errors, (unsigned long long)want);
}

static void test_attribute_sizes(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(attribute_sizes); i++)
        for (uint64_t k = 0; k < 4; k++)
            if (attribute_sizes[i].size[k] != 0)
                size_is(&(struct tie_attribute_plan){ .model = attribute_sizes[i].model,
                            .confidence = attribute_sizes[i].confidence,
                            .tolerable = { attribute_sizes[i].tolerable, 1000 },
                            .errors = k,
                            .orders = attribute_sizes[i].orders },
                    attribute_sizes[i].size[k], k, attribute_sizes[i].why);
}

static void test_expected_rates(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(rate_sizes); i++)
        size_is(&(struct tie_attribute_plan){ .model = TIE_BINOMIAL,
                    .confidence = CL95,
                    .tolerable = { rate_sizes[i].tolerable, 10000 },
                    .expected = { rate_sizes[i].expected, 10000 } },
            rate_sizes[i].size, UINT64_MAX, "table A-1");
    for (size_t i = 0; i < TIE_COUNT_OF(exact_sizes); i++)
        size_is(&(struct tie_attribute_plan){ .model = TIE_BINOMIAL,
                    .confidence = exact_sizes[i].confidence,
                    .tolerable = { exact_sizes[i].tolerable, 1000 },
                    .expected = { exact_sizes[i].expected, 1000 } },
            exact_sizes[i].size, exact_sizes[i].errors, "exact fractions");
    for (size_t i = 0; i < TIE_COUNT_OF(frame_sizes); i++)
        size_is(&(struct tie_attribute_plan){ .model = TIE_HYPERGEOMETRIC,
                    .confidence = frame_sizes[i].confidence,
                    .tolerable = { frame_sizes[i].tolerable, 1000 },
                    .expected = { frame_sizes[i].expected, 1000 },
                    .orders = frame_sizes[i].orders },
            frame_sizes[i].size, frame_sizes[i].errors, "exact fractions, finite");
    size_is(&(struct tie_attribute_plan){ .model = TIE_HYPERGEOMETRIC,
                .confidence = CL95,
                .tolerable = { 5, 100 },
                .expected = { 25, 1000 },
                .orders = 1000 },
        197, 5, "2.5 % expected of 1000");
    /* one error in a hundred expected, in finite frames */
    static const struct {
        uint64_t orders, size95, size90;
    } finite[] = { { 200, 78, 67 }, { 500, 87, 73 }, { 1000, 90, 75 }, { 2000, 92, 76 } };

    for (size_t i = 0; i < TIE_COUNT_OF(finite); i++)
        for (int c = 0; c < 2; c++)
            size_is(&(struct tie_attribute_plan){ .model = TIE_HYPERGEOMETRIC,
                        .confidence = c == 0 ? CL95 : CL90,
                        .tolerable = { 5, 100 },
                        .expected = { 1, 100 },
                        .orders = finite[i].orders },
                c == 0 ? finite[i].size95 : finite[i].size90, 1, "1 % expected");
}

/* Two figures in circulation are wrong, and both are easy to reproduce by mistake. */
static void test_traps(void **state)
{
    (void)state;
    size_is(
        &(struct tie_attribute_plan){
            .model = TIE_BINOMIAL, .confidence = CL90, .tolerable = { 5, 100 }, .expected = { 35, 1000 } },
        400, 14, "0.035 * 400 is 14.000000000000002 in floating point, which leads to 423");
    size_is(
        &(struct tie_attribute_plan){
            .model = TIE_BINOMIAL, .confidence = CL90, .tolerable = { 8, 100 }, .expected = { 7, 100 } },
        1300, 91, "the same leads to 1313");
    size_is(
        &(struct tie_attribute_plan){
            .model = TIE_BINOMIAL, .confidence = CL90, .tolerable = { 7, 100 }, .expected = { 325, 10000 } },
        113, 4, "the printed table has 112, one too few");
    near(of(tie_attribute_risk(TIE_BINOMIAL, 400, 14, (struct tie_ratio){ 5, 100 })), 0.0989795, 1e-7, "risk", 400);
    near(of(tie_attribute_risk(TIE_BINOMIAL, 112, 4, (struct tie_ratio){ 7, 100 })), 0.1007115763, 1e-9, "risk", 112);
    near(of(tie_attribute_risk(TIE_BINOMIAL, 113, 4, (struct tie_ratio){ 7, 100 })), 0.0965925, 1e-7, "risk", 113);
    near(of(tie_attribute_risk(TIE_BINOMIAL, 208, 2, (struct tie_ratio){ 3, 100 })), 0.0496672, 1e-7, "risk", 208);
    size_is(
        &(struct tie_attribute_plan){
            .model = TIE_HYPERGEOMETRIC, .confidence = CL95, .tolerable = { 1, 100 }, .errors = 7, .orders = 500 },
        0, 0, "no size allows more errors than the frame may hold");
}

/* What a sample without errors proves, and the chance to see one at a true rate of 5 %. */
static void test_small_samples(void **state)
{
    static const struct {
        uint64_t n;
        double limit, seen;
    } cases[] = { { 10, 0.258866, 0.401263 }, { 20, 0.139108, 0.641514 }, { 40, 0.072158, -1 },
        { 80, 0.036754, 0.983485 } };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        near(of(tie_upper_rate(TIE_BINOMIAL, CL95, cases[i].n, 0)), cases[i].limit, 6e-7, "limit", cases[i].n);
        if (cases[i].seen > 0)
            near(1 - of(tie_attribute_risk(TIE_BINOMIAL, cases[i].n, 0, (struct tie_ratio){ 5, 100 })), cases[i].seen,
                6e-7, "chance", cases[i].n);
    }
}

/* ---- upper limits ---- */

static const struct {
    tie_dec confidence;
    uint64_t n;
    double limit[4]; /* below 0: not looked at */
} upper_rates[] = {
    { CL95, 20, { 0.13910834, 0.21610616, 0.28261852, 0.34366380 } },
    { CL95, 25, { 0.11292815, 0.17612071, 0.23103993, 0.28172251 } },
    { CL95, 30, { 0.09503385, 0.14859607, 0.19532604, 0.23859786 } },
    { CL95, 50, { 0.05815508, 0.09139813, 0.12061416, 0.14783718 } },
    { CL95, 60, { 0.04870291, 0.07663999, 0.10123589, 0.12418721 } },
    { CL95, 80, { 0.03675420, 0.05792868, 0.07661088, 0.09407455 } },
    { CL95, 100, { 0.02951305, 0.04655981, 0.06161920, 0.07571079 } },
    { CL95, 145, { 0.02044826, 0.03229696, 0.04278054, 0.05260260 } },
    { CL95, 200, { 0.01486704, 0.02349847, 0.03114260, 0.03830971 } },
    { CL90, 20, { 0.10874906, 0.18096096, 0.24476532, -1 } },
    { CL90, 60, { 0.03764937, 0.06328738, 0.08627804, -1 } },
    { CL90, 100, { 0.02276278, 0.03833950, 0.05234529, -1 } },
};

static const struct {
    tie_dec confidence;
    uint64_t orders, n, errors, upper;
} upper_counts[] = { { CL90, 1200, 102, 0, 25 }, { CL90, 1200, 102, 1, 43 }, { CL90, 1200, 102, 2, 59 },
    { CL90, 1200, 102, 3, 75 }, { CL95, 500, 60, 0, 22 }, { CL95, 500, 60, 1, 36 }, { CL95, 500, 60, 2, 48 },
    { CL95, 1000, 100, 0, 28 }, { CL95, 1000, 100, 1, 44 }, { CL95, 1000, 57, 0, 49 }, { CL95, 1000, 258, 0, 9 },
    { CL95, 200, 20, 0, 26 }, { CL95, 200, 20, 1, 41 }, { CL95, 400, 20, 0, 54 }, { CL95, 2000, 93, 1, 98 },
    /* by thought: all looked at; none looked at; all looked at were wrong */
    { CL95, 30, 30, 4, 4 }, { CL95, 30, 0, 0, 30 }, { CL95, 30, 3, 3, 30 } };

static void test_upper_limits(void **state)
{
    static const double poisson[] = { 0.0499288712, 4.7438645184 / 60, 0.1049298937 };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(upper_rates); i++)
        for (uint64_t k = 0; k < 4; k++)
            if (upper_rates[i].limit[k] >= 0)
                near(of(tie_upper_rate(TIE_BINOMIAL, upper_rates[i].confidence, upper_rates[i].n, k)),
                    upper_rates[i].limit[k], 6e-9, "Clopper-Pearson", upper_rates[i].n * 10 + k);
    for (uint64_t k = 0; k < TIE_COUNT_OF(poisson); k++)
        near(of(tie_upper_rate(TIE_POISSON, CL95, 60, k)), poisson[k], 1e-10, "Poisson", k);
    assert_int_equal(tie_upper_rate(TIE_BINOMIAL, CL95, 7, 7), TIE_E12_ONE);
    assert_int_equal(tie_upper_rate(TIE_POISSON, CL95, 2, 1), TIE_E12_ONE);
    /* three strata with 2, 1 and 0 errors in 6, 7 and 7, pooled: Gamma(0.95; 4) / 20 */
    near(of(tie_upper_rate(TIE_POISSON, CL95, 20, 3)), 0.3876828264, 1e-10, "pooled", 3);
    for (size_t i = 0; i < TIE_COUNT_OF(upper_counts); i++) {
        const uint64_t upper = tie_upper_count(
            upper_counts[i].confidence, upper_counts[i].orders, upper_counts[i].n, upper_counts[i].errors);

        if (upper != upper_counts[i].upper)
            fail_msg("case %zu: %llu", i, (unsigned long long)upper);
    }
}

/* ---- bounds from taints ---- */

static const struct {
    uint64_t n;
    size_t count;
    double taints[3], binomial, poisson;
} stringer[] = {
    { 145, 3, { 1, 0.20000072, 0.03999931 }, 0.034786563009, 0.035259068737 },
    { 145, 2, { 1, 0.09887 }, 0.033333475463, 0.033774508613 },
    { 145, 3, { 0.5, 0.4, 0.19887 }, 0.032519357709, 0.032968932645 },
    { 60, 3, { 0.5, 0.25, 0.1 }, 0.071115560675, 0.073392782707 },
    { 100, 3, { 0.5, 0.25, 0.1 }, 0.043210437101, 0.044035669624 },
    { 60, 2, { 0.6, 1.0 / 3 }, 0.073663795615, 0.076032022027 },
    { 100, 2, { 1, 0.2 }, 0.049571689242, 0.050542503391 },
};
static const struct {
    size_t count;
    double taints[3], factor;
} cells[] = { { 2, { 0.6, 1.0 / 3 }, 3.92906561 }, { 3, { 0.5, 0.25, 0.1 }, 3.84573227 },
    { 3, { 1, 1, 0.1 }, 6.39579362 }, { 3, { 0.1, 0.1, 0.1 }, 3.29573227 }, { 0, { 0 }, 2.99573227 } };

static void test_bounds(void **state)
{
    tie_e12 taints[3];

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(stringer); i++) {
        for (size_t t = 0; t < stringer[i].count; t++)
            taints[t] = llround(stringer[i].taints[t] * 1e12);
        near(of(tie_stringer_rate(TIE_BINOMIAL, CL95, stringer[i].n, taints, stringer[i].count)), stringer[i].binomial,
            2e-12, "Stringer, binomial", i);
        near(of(tie_stringer_rate(TIE_POISSON, CL95, stringer[i].n, taints, stringer[i].count)), stringer[i].poisson,
            2e-12, "Stringer, Poisson", i);
    }
    for (size_t i = 0; i < TIE_COUNT_OF(cells); i++) {
        for (size_t t = 0; t < cells[i].count; t++)
            taints[t] = llround(cells[i].taints[t] * 1e12);
        near(of(tie_cell_factor(CL95, taints, cells[i].count)), cells[i].factor, 6e-9, "cell", i);
    }
}

static void test_student(void **state)
{
    static const struct {
        tie_dec confidence;
        uint64_t freedom;
        double factor;
    } cases[] = { { CL95, 9, 1.8331129327 }, { CL95, 1, 6.3137515147 }, { CL95, 0, 1.6448536270 },
        { CL90, 30, 1.3104150254 }, { 975000, 0, 1.9599639845 }, { 5 * PERCENT, 9, -1.8331129327 } };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++)
        near(of(tie_student_factor(cases[i].confidence, cases[i].freedom)), cases[i].factor, 1e-9, "t", i);
}

/* Properties that no table shows: a factor is the limit of a risk, and limits grow with errors. */
static void test_inverse(void **state)
{
    (void)state;
    for (uint64_t k = 0; k < 400; k += 37) {
        const tie_e12 factor = tie_poisson_factor(CL95, k);
        const tie_e12 risk = tie_attribute_risk(
            TIE_POISSON, 1000000, k, (struct tie_ratio){ factor, 1000000 * TIE_E12_ONE });

        near(of(risk), 0.05, 1e-11, "risk at the factor", k);
        assert_true(tie_poisson_factor(CL95, k + 1) > factor);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_poisson_factors),
        cmocka_unit_test(test_planning),
        cmocka_unit_test(test_attribute_sizes),
        cmocka_unit_test(test_expected_rates),
        cmocka_unit_test(test_traps),
        cmocka_unit_test(test_small_samples),
        cmocka_unit_test(test_upper_limits),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_student),
        cmocka_unit_test(test_inverse),
    };

    return cmocka_run_group_tests_name("publish/sample_factor", tests, NULL, NULL);
}
