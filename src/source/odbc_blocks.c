/*
 * odbc_blocks.c - the blocks that a driver fills and a second thread empties.
 *
 *     calling thread   bind block 0 | fetch | bind 1 | fetch | bind 2 | fetch | bind 0 ...   all calls of ODBC
 *     second thread                  rows of 0       | rows of 1      | rows of 2 ...         cells, sink
 *
 * A driver costs more than what we do with its rows, so a reading takes as long as the driver alone. Of a stream three
 * blocks: one under each thread, one between them. Where rows come in ranges, as many as give the second thread work
 * while the driver waits for the next range. It starts with the first block that is full; a result that is smaller is
 * emptied where it is read. Columns are bound anew for each block (a driver that ignores SQL_ATTR_ROW_BIND_OFFSET_PTR
 * would write into a block that is being read).
 *
 * Invariant: a block belongs to the calling thread until it is given and to the second until it is emptied; rows reach
 * the sink in the order of the driver. A cell reaches the sink whole or not at all: one that is longer than its room
 * ends the reading (is_short), which begins again with the room that is wanted.
 */
#include "odbc_read.h"

#include "tieout/bytes.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCKS = 3,
    RANGE_BLOCKS = 48,
    RANGE_BYTES_MAX = 12 << 20, /* of all blocks where rows come in ranges; three may be more */
    BLOCK_BYTES_MAX = 2 << 20,  /* what is touched of it stays in a second-level cache */
    THREAD_ROWS = 64,           /* handing over fewer rows costs more than it saves */
    VALUE_BYTES_MAX = 1 << 20   /* one value; longer ones must be cut in the query */
};

struct block {
    unsigned char *data;  /* columns one behind the other, room * block_rows bytes each */
    SQLLEN *indicators;   /* block_rows a column */
    SQLUSMALLINT *status; /* block_rows */
    SQLULEN rows;
};

struct tie_odbc_blocks {
    struct tie_odbc_reading *reading; /* columns, shape and sink, which stay as they are while blocks are under way */
    struct tie_raw *cells;
    size_t *wanted; /* by column: room for the longest value that did not fit, 0: all fitted */
    SQLULEN block_rows;
    size_t count;
    struct block at[RANGE_BLOCKS];
    bool has_thread;
    pthread_t thread;
    pthread_mutex_t mutex; /* what follows */
    pthread_cond_t moved;
    uint64_t given, emptied; /* blocks so far */
    bool is_over;            /* no more will be given */
    bool is_stopped;         /* none will be emptied: is_short or status */
    bool is_short;
    enum tie_status status;
    struct tie_error error;
};

/* ---- making ---- */

/* Of one column in a block; each starts where any number may start. */
static size_t column_bytes(const struct tie_odbc_column *column, SQLULEN rows)
{
    return (column->room * rows + 15) / 16 * 16;
}

static bool make_block(const struct tie_odbc_reading *reading, struct block *block, SQLULEN rows)
{
    const size_t columns = reading->shape.count;
    size_t bytes = 0;

    for (size_t i = 0; i < columns; i++)
        bytes += column_bytes(&reading->columns[i], rows);
    TIE_ASSERT(bytes > 0);                              /* the caller has asked for columns */
    block->data = calloc(1, bytes + sizeof(tie_bytes)); /* is_plain() looks past the last value */
    block->indicators = calloc(rows * columns, sizeof *block->indicators);
    block->status = calloc(rows, sizeof *block->status);
    return block->data != NULL && block->indicators != NULL && block->status != NULL;
}

enum tie_status tie_odbc_blocks_make(struct tie_odbc_reading *reading, struct tie_error *err)
{
    struct tie_odbc_blocks *blocks = calloc(1, sizeof *blocks);
    const size_t count = reading->shape.count;
    size_t row_bytes = 0;
    bool is_made = blocks != NULL;

    for (size_t i = 0; i < count; i++)
        row_bytes += reading->columns[i].room + sizeof(SQLLEN);
    TIE_ASSERT(row_bytes > 0);
    reading->blocks = blocks;
    if (blocks != NULL) {
        blocks->reading = reading;
        (void)pthread_mutex_init(&blocks->mutex, NULL);
        (void)pthread_cond_init(&blocks->moved, NULL);
        blocks->block_rows = reading->link->spec->fetch_rows;
        if (blocks->block_rows > BLOCK_BYTES_MAX / row_bytes)
            blocks->block_rows = BLOCK_BYTES_MAX / row_bytes + (BLOCK_BYTES_MAX < row_bytes);
        blocks->count = BLOCKS;
        while (!reading->link->quirk->can_stream && blocks->count < RANGE_BLOCKS &&
            (blocks->count + 1) * blocks->block_rows * row_bytes <= RANGE_BYTES_MAX)
            blocks->count++;
        blocks->cells = calloc(count, sizeof *blocks->cells);
        blocks->wanted = calloc(count, sizeof *blocks->wanted);
        is_made = blocks->cells != NULL && blocks->wanted != NULL;
        for (size_t i = 0; i < blocks->count && is_made; i++)
            is_made = make_block(reading, &blocks->at[i], blocks->block_rows);
    }
    if (is_made)
        return TIE_OK;
    return tie_fail(err, TIE_CONFIG, "source %s: %s: no memory for blocks of rows; lower fetch_rows or raise memory",
        reading->link->spec->name, reading->statement->title);
}

/* ---- emptying ---- */

/* A value longer than its room: room for it, at least twice as much as there is. */
static void want_room(struct tie_odbc_blocks *blocks, size_t column, SQLLEN need)
{
    size_t room = blocks->reading->columns[column].room * 2;

    if (need > 0 && (size_t)need + 1 > room)
        room = (size_t)need + 1;
    if (room > blocks->wanted[column])
        blocks->wanted[column] = room;
    blocks->is_short = true;
}

/* ASCII without NUL and line feed, for sure. Sixteen bytes at a time: what stands behind the text, in the block or
 * after it, is read and not looked at. */
static inline bool is_plain(const unsigned char *at, size_t size)
{
    unsigned odd = 0;

    for (size_t done = 0; done < size; done += sizeof(tie_bytes)) {
        const size_t left = size - done;
        tie_bytes part;

        memcpy(&part, at + done, sizeof part);
        /* as signed numbers, bytes above 0x7F are less than a blank too */
        odd |= tie_bytes_mask((tie_bytes)((tie_signed_bytes)part < (tie_signed_bytes)tie_bytes_each(' '))) &
            (left < sizeof part ? (1U << left) - 1 : 0xFFFFU);
    }
    return odd == 0;
}

static inline void take_cell(struct tie_odbc_blocks *blocks, size_t i, const unsigned char *data, SQLLEN size)
{
    const struct tie_odbc_reading *reading = blocks->reading;
    const struct tie_odbc_column *column = &reading->columns[i];
    struct tie_raw *cell = &blocks->cells[i];

    *cell = (struct tie_raw){ .text = { "", 0 }, .is_null = size == SQL_NULL_DATA };
    if (cell->is_null)
        return;
    if (column->c_type == SQL_C_SBIGINT) {
        SQLBIGINT number = 0;

        memcpy(&number, data, sizeof number);
        cell->is_integer = true;
        cell->integer = number;
    } else if (size == SQL_NO_TOTAL || size < 0 || (size_t)size >= column->room) {
        want_room(blocks, i, size);
    } else {
        cell->text = (struct tie_text){ (const char *)data, (size_t)size };
        cell->is_plain = is_plain(data, (size_t)size);
    }
}

static void empty_block(struct tie_odbc_blocks *blocks, const struct block *block)
{
    const struct tie_row_sink *sink = blocks->reading->sink;
    const struct tie_odbc_column *columns = blocks->reading->columns;
    const size_t count = blocks->reading->shape.count;

    for (SQLULEN row = 0; row < block->rows && blocks->status == TIE_OK; row++) {
        const unsigned char *data = block->data;
        const SQLLEN *indicator = block->indicators + row;

        for (size_t i = 0; i < count; i++) {
            take_cell(blocks, i, data + row * columns[i].room, *indicator);
            data += column_bytes(&columns[i], blocks->block_rows);
            indicator += blocks->block_rows;
        }
        /* after a value that did not fit the rest is looked at only to learn of every column that is too narrow */
        if (!blocks->is_short)
            blocks->status = sink->row(sink->context, blocks->cells, &blocks->error);
    }
}

static void *empty_blocks(void *context)
{
    struct tie_odbc_blocks *blocks = context;

    (void)pthread_mutex_lock(&blocks->mutex);
    for (;;) {
        while (blocks->given == blocks->emptied && !blocks->is_over)
            (void)pthread_cond_wait(&blocks->moved, &blocks->mutex);
        if (blocks->given == blocks->emptied || blocks->is_stopped)
            break;
        (void)pthread_mutex_unlock(&blocks->mutex);
        empty_block(blocks, &blocks->at[blocks->emptied % blocks->count]);
        (void)pthread_mutex_lock(&blocks->mutex);
        blocks->emptied++;
        blocks->is_stopped = blocks->is_short || blocks->status != TIE_OK;
        (void)pthread_cond_signal(&blocks->moved);
    }
    (void)pthread_mutex_unlock(&blocks->mutex);
    return NULL;
}

/* ---- filling ---- */

static enum tie_status bind_block(
    struct tie_odbc_reading *reading, struct block *block, SQLULEN block_rows, struct tie_error *err)
{
    SQLHSTMT stmt = reading->stmt;
    unsigned char *data = block->data;
    SQLLEN *indicators = block->indicators;

    if (!SQL_SUCCEEDED(SQLSetStmtAttr(stmt, SQL_ATTR_ROW_STATUS_PTR, block->status, 0)) ||
        !SQL_SUCCEEDED(SQLSetStmtAttr(stmt, SQL_ATTR_ROWS_FETCHED_PTR, &block->rows, 0)))
        return tie_odbc_fail_stmt(reading, TIE_UNAVAILABLE, err);
    for (size_t i = 0; i < reading->shape.count; i++) {
        const struct tie_odbc_column *column = &reading->columns[i];

        if (!SQL_SUCCEEDED(
                SQLBindCol(stmt, (SQLUSMALLINT)(i + 1), column->c_type, data, (SQLLEN)column->room, indicators)))
            return tie_odbc_fail_stmt(reading, TIE_UNAVAILABLE, err);
        data += column_bytes(column, block_rows);
        indicators += block_rows;
    }
    return TIE_OK;
}

enum tie_status tie_odbc_blocks_attach(struct tie_odbc_reading *reading, struct tie_error *err)
{
    struct tie_odbc_blocks *blocks = reading->blocks;
    SQLHSTMT stmt = reading->stmt;

    if (!SQL_SUCCEEDED(SQLSetStmtAttr(stmt, SQL_ATTR_ROW_BIND_TYPE, (SQLPOINTER)(uintptr_t)SQL_BIND_BY_COLUMN, 0)) ||
        !SQL_SUCCEEDED(SQLSetStmtAttr(stmt, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER)(uintptr_t)blocks->block_rows, 0)))
        return tie_odbc_fail_stmt(reading, TIE_UNAVAILABLE, err);
    return bind_block(reading, &blocks->at[blocks->given % blocks->count], blocks->block_rows, err);
}

/* Gives the block that was filled and waits for the next one to be empty; false when there is no use in going on. */
static bool give(struct tie_odbc_blocks *blocks)
{
    bool goes_on = true;

    if (!blocks->has_thread && blocks->block_rows >= THREAD_ROWS &&
        blocks->at[blocks->given % blocks->count].rows == blocks->block_rows)
        blocks->has_thread = pthread_create(&blocks->thread, NULL, empty_blocks, blocks) == 0;
    if (!blocks->has_thread) {
        empty_block(blocks, &blocks->at[blocks->given++ % blocks->count]);
        blocks->emptied++;
        return !blocks->is_short && blocks->status == TIE_OK;
    }
    (void)pthread_mutex_lock(&blocks->mutex);
    blocks->given++;
    (void)pthread_cond_signal(&blocks->moved);
    while (blocks->given - blocks->emptied == blocks->count && !blocks->is_stopped)
        (void)pthread_cond_wait(&blocks->moved, &blocks->mutex);
    goes_on = !blocks->is_stopped;
    (void)pthread_mutex_unlock(&blocks->mutex);
    return goes_on;
}

enum tie_status tie_odbc_blocks_give(struct tie_odbc_reading *reading, struct tie_error *err)
{
    struct tie_odbc_blocks *blocks = reading->blocks;
    struct block *block = &blocks->at[blocks->given % blocks->count];
    SQLULEN rows = 0;

    while (rows < block->rows && block->status[rows] != SQL_ROW_NOROW) {
        if (block->status[rows] == SQL_ROW_ERROR)
            return tie_odbc_fail_stmt(reading, TIE_UNAVAILABLE, err);
        rows++;
    }
    block->rows = rows;
    reading->rows += rows;
    reading->goes_on = give(blocks);
    if (!reading->goes_on)
        return TIE_OK;
    return bind_block(reading, &blocks->at[blocks->given % blocks->count], blocks->block_rows, err);
}

/* ---- ending ---- */

/* The room that was wanted is given; TIE_CONFIG when it is too much. */
static enum tie_status enlarge(struct tie_odbc_reading *reading, const size_t *wanted, struct tie_error *err)
{
    for (size_t i = 0; i < reading->shape.count; i++) {
        if (wanted[i] > VALUE_BYTES_MAX)
            return tie_fail(err, TIE_CONFIG, "%s: a value of column %s has more than %d bytes; cut it in the query",
                reading->statement->path, reading->shape.columns[i].name, VALUE_BYTES_MAX);
        if (wanted[i] > 0)
            reading->columns[i].room = wanted[i];
    }
    return TIE_OK;
}

enum tie_status tie_odbc_blocks_end(struct tie_odbc_reading *reading, struct tie_error *err)
{
    struct tie_odbc_blocks *blocks = reading->blocks;
    enum tie_status status = TIE_OK;

    if (blocks == NULL)
        return TIE_OK;
    if (blocks->has_thread) {
        (void)pthread_mutex_lock(&blocks->mutex);
        blocks->is_over = true;
        (void)pthread_cond_signal(&blocks->moved);
        (void)pthread_mutex_unlock(&blocks->mutex);
        (void)pthread_join(blocks->thread, NULL);
    }
    status = blocks->status;
    if (status != TIE_OK && err != NULL)
        *err = blocks->error;
    reading->is_short = status == TIE_OK && blocks->is_short;
    if (reading->is_short)
        status = enlarge(reading, blocks->wanted, err);
    for (size_t i = 0; i < blocks->count; i++) {
        free(blocks->at[i].data);
        free(blocks->at[i].indicators);
        free(blocks->at[i].status);
    }
    (void)pthread_cond_destroy(&blocks->moved);
    (void)pthread_mutex_destroy(&blocks->mutex);
    free(blocks->cells);
    free(blocks->wanted);
    free(blocks);
    reading->blocks = NULL;
    return status;
}
