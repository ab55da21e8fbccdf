#include "test.h"

#include "db/raw.h"
#include "visibility/door.h"
#include "visibility/locks.h"

#include <arpa/inet.h>
#include <endian.h>

static const char *const columns[] = { "id", "document_id", "group_id", "author_id", "author_name",
    "author_display_name", "audience_id", "also", "audience_class", "thread_id", "parent_id",
    "status", "draft", "deleted", "version", "shown", "tally", "own_replies", "own_reactions",
    "own_reaction_audiences", "anchor_revision_id", "anchor_start", "anchor_end", "anchor_state",
    "anchor_score", "anchor_confirmed", "document_deleted", "created_at", "updated_at", "holder_id",
    "n", "mask", "muted_tally", "aside", "suggestion", "credits", "held_there" };
#define COLUMNS (sizeof columns / sizeof *columns)

static const struct uuid ana = { { 0xa } }, ben = { { 0xb } }, owl = { { 0xc } };
static const int32_t of_ben[] = { 3, 7 };
static const struct reader reader = { .id = { { 0xb } }, .pass = { .reads = of_ben, .count = 2 } };
static const struct reader nobody = { .pass = { .reads = of_ben, .count = 2 } };

struct rows {
    struct arena *arena;
    PGresult *raw;
    int count;
};

static struct rows rows_new(void)
{
    PGresAttDesc descriptions[COLUMNS];
    struct rows rows = { arena_make(), PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK), 0 };

    memset(descriptions, 0, sizeof descriptions);
    for (size_t i = 0; i < COLUMNS; i++) {
        descriptions[i].name = (char *)(uintptr_t)columns[i];
        descriptions[i].format = 1;
    }
    CHECK(PQsetResultAttrs(rows.raw, (int)COLUMNS, descriptions));
    return rows;
}

static void rows_free(struct rows *rows)
{
    PQclear(rows->raw);
    arena_free(rows->arena);
}

static void put(struct rows *rows, int row, const char *column, const void *bytes, size_t size)
{
    for (size_t i = 0; i < COLUMNS; i++)
        if (strcmp(columns[i], column) == 0)
            CHECK(PQsetvalue(rows->raw, row, (int)i, (char *)(uintptr_t)bytes, (int)size));
}

static void put_int(struct rows *rows, int row, const char *column, int32_t value)
{
    uint32_t network = htonl((uint32_t)value);
    put(rows, row, column, &network, sizeof network);
}

static void put_ints(
    struct rows *rows, int row, const char *column, const int32_t *values, size_t count)
{
    uint32_t network[64] = { htonl(1), 0, htonl(23), htonl((uint32_t)count), htonl(1) };
    for (size_t i = 0; i < count; i++) {
        network[5 + 2 * i] = htonl(4);
        network[6 + 2 * i] = htonl((uint32_t)values[i]);
    }
    put(rows, row, column, network, (5 + 2 * count) * sizeof *network);
}

/* An annotation of `author` for `audience`; what is not put is null. */
static int add(struct rows *rows, struct uuid author, int32_t audience)
{
    static const int64_t now;
    int row = rows->count++;

    put(rows, row, "author_id", author.bytes, sizeof author.bytes);
    put(rows, row, "id", ana.bytes, sizeof ana.bytes);
    put_int(rows, row, "audience_id", audience);
    put_int(rows, row, "audience_class", 0);
    put_int(rows, row, "version", 1);
    put(rows, row, "draft", "\0", 1);
    put(rows, row, "deleted", "\0", 1);
    put(rows, row, "document_deleted", "\0", 1);
    put(rows, row, "created_at", &now, sizeof now);
    put(rows, row, "updated_at", &now, sizeof now);
    return row;
}

static enum door ask(struct rows *rows, const struct reader *who, int row, struct annotation *out)
{
    struct db_result res = raw_result(rows->raw);
    return door_annotation(rows->arena, who, &res, row, out);
}

/* Before the environment is read for the last time. */
static void set_locks(const char *locks)
{
    setenv("GLOSS_TEST", "1", 1);
    setenv("GLOSS_TEST_LOCKS", locks, 1);
    CHECK(locks_configure() || locks[0] == '\0');
}

/* What is no lock leaves both on. */
static void set_locks_on(void)
{
    setenv("GLOSS_TEST_LOCKS", "both", 1);
    CHECK(!locks_configure());
}

TEST("a row of the pass, one's own, or one shown to an audience of the pass comes through")
{
    struct rows rows = rows_new();
    struct annotation a;
    int listed = add(&rows, ana, 7), own = add(&rows, ben, 99), shown = add(&rows, ana, 99);

    put_ints(&rows, shown, "also", (int32_t[]){ 5, 3 }, 2);
    CHECK_INT(ask(&rows, &reader, listed, &a), DOOR_ADMITTED);
    CHECK_INT(ask(&rows, &reader, own, &a), DOOR_ADMITTED);
    CHECK_INT(ask(&rows, &reader, shown, &a), DOOR_ADMITTED);
    rows_free(&rows);
}

TEST("any other row is a fault, and the whole list with it")
{
    struct rows rows = rows_new();
    struct annotation a;
    struct annotation_list list;
    add(&rows, ana, 7);
    int other = add(&rows, ana, 5), shown = add(&rows, ana, 99);

    put_ints(&rows, shown, "also", (int32_t[]){ 5, 8 }, 2);
    CHECK_INT(ask(&rows, &reader, other, &a), DOOR_BROKEN);
    CHECK_INT(ask(&rows, &reader, shown, &a), DOOR_BROKEN);
    struct db_result res = raw_result(rows.raw);
    CHECK(!door_annotations(rows.arena, &reader, &res, 50, &list));
    rows_free(&rows);
}

TEST("nobody in particular owns nothing")
{
    struct rows rows = rows_new();
    struct annotation a;
    int row = add(&rows, UUID_NIL, 99);

    CHECK_INT(ask(&rows, &nobody, row, &a), DOOR_BROKEN);
    rows_free(&rows);
}

TEST("sums are of the pass, and of one's own that no audience shows")
{
    struct rows rows = rows_new();
    struct annotation a;
    int row = add(&rows, ana, 7);

    put_ints(&rows, row, "tally", (int32_t[]){ 7, 0, 4, 8, 0, 2, 3, 1, 5, 8, 1, 9, 7, 5, 1 }, 15);
    put_ints(&rows, row, "own_replies", (int32_t[]){ 7, 8, 8 }, 3);
    put_ints(&rows, row, "own_reactions", (int32_t[]){ 1, 4 }, 2);
    put_ints(&rows, row, "own_reaction_audiences", (int32_t[]){ 3, 8 }, 2);
    CHECK_INT(ask(&rows, &reader, row, &a), DOOR_ADMITTED);
    CHECK_INT(a.replies, 4 + 2);
    CHECK_INT(a.reactions[REACTION_AGREE], 5);
    CHECK_INT(a.reactions[REACTION_THANKS], 1);
    CHECK_INT(a.reactions[REACTION_WANT_ANSWER], 1);
    CHECK(a.mine[REACTION_AGREE] && a.mine[REACTION_THANKS] && !a.mine[REACTION_WANT_ANSWER]);
    rows_free(&rows);
}

TEST("replies and reactions of the muted are taken off the sums that they are in")
{
    struct rows rows = rows_new();
    struct annotation a;
    int row = add(&rows, ana, 7);

    put_ints(&rows, row, "tally",
        (int32_t[]){ 7, 0, 4, 8, 0, 2, 7, REACTION_AGREE, 3, 8, REACTION_AGREE, 1 }, 12);
    put_ints(&rows, row, "muted_tally",
        (int32_t[]){ 7, 0, 8, 0, 7, 0, 7, REACTION_AGREE, 8, REACTION_AGREE }, 10);
    CHECK_INT(ask(&rows, &reader, row, &a), DOOR_ADMITTED);
    CHECK_INT(a.replies, 4 - 2);
    CHECK_INT(a.reactions[REACTION_AGREE], 3 - 1);
    rows_free(&rows);
}

TEST("nothing on a text that is gone is shown, not even to its author")
{
    struct rows rows = rows_new();
    struct annotation a;
    int others = add(&rows, ana, 7), own = add(&rows, ben, 7);

    for (int row = others; row <= own; row++) {
        put(&rows, row, "document_deleted", "\1", 1);
        CHECK_INT(ask(&rows, &reader, row, &a), DOOR_WITHHELD);
    }
    rows_free(&rows);
}

TEST("a tombstone is shown to those who may see a reply below it alone")
{
    struct rows rows = rows_new();
    struct annotation a;
    int bare = add(&rows, ana, 7), hidden = add(&rows, ana, 7), answered = add(&rows, ana, 7);

    for (int row = bare; row <= answered; row++)
        put(&rows, row, "deleted", "\1", 1);
    put_ints(&rows, hidden, "tally", (int32_t[]){ 8, 0, 2 }, 3);
    put_ints(&rows, answered, "tally", (int32_t[]){ 7, 0, 2 }, 3);
    CHECK_INT(ask(&rows, &reader, bare, &a), DOOR_WITHHELD);
    CHECK_INT(ask(&rows, &reader, hidden, &a), DOOR_WITHHELD);
    CHECK_INT(ask(&rows, &reader, answered, &a), DOOR_ADMITTED);
    rows_free(&rows);
}

TEST("a page ends after its limit, with the key of its last row even if that is withheld")
{
    struct rows rows = rows_new();
    struct annotation_list list;
    add(&rows, ana, 7);
    int last = add(&rows, ana, 7);
    add(&rows, ana, 7);

    put(&rows, last, "deleted", "\1", 1);
    put(&rows, last, "id", ben.bytes, sizeof ben.bytes);
    struct db_result res = raw_result(rows.raw);
    CHECK(door_annotations(rows.arena, &reader, &res, 2, &list));
    CHECK_INT(list.count, 1);
    CHECK(list.more);
    CHECK(uuid_eq(list.last_id, ben));
    rows_free(&rows);
}

static int add_shelf(
    struct rows *rows, int32_t audience, struct uuid holder, int32_t n, int64_t version)
{
    int row = rows->count++;
    uint64_t network = htobe64((uint64_t)version);

    put_int(rows, row, "audience_id", audience);
    put(rows, row, "holder_id", holder.bytes, sizeof holder.bytes);
    put_int(rows, row, "n", n);
    put(rows, row, "version", &network, sizeof network);
    return row;
}

TEST("shelves are those of the pass and what one holds; their tag tells versions apart")
{
    struct shelves one, two, three;
    struct rows rows = rows_new();
    add_shelf(&rows, 7, UUID_NIL, 4, 9);
    add_shelf(&rows, 99, ben, 2, 2);
    struct db_result res = raw_result(rows.raw);
    CHECK(door_shelves(&reader, &res, &one));
    CHECK_INT(one.annotations, 6);
    add_shelf(&rows, 98, UUID_NIL, 1, 1);
    res = raw_result(rows.raw);
    CHECK(!door_shelves(&reader, &res, &two));
    CHECK(!door_shelves(&nobody, &res, &two));
    rows_free(&rows);

    rows = rows_new();
    add_shelf(&rows, 99, ben, 2, 2);
    add_shelf(&rows, 7, UUID_NIL, 4, 9);
    res = raw_result(rows.raw);
    CHECK(door_shelves(&reader, &res, &two));
    CHECK(one.tag == two.tag);
    rows_free(&rows);

    rows = rows_new();
    add_shelf(&rows, 7, UUID_NIL, 4, 10);
    add_shelf(&rows, 99, ben, 2, 2);
    res = raw_result(rows.raw);
    CHECK(door_shelves(&reader, &res, &three));
    CHECK(one.tag != three.tag);
    rows_free(&rows);
}

static void put_texts(
    struct rows *rows, int row, const char *column, const char *const *texts, size_t count)
{
    uint32_t head[5] = { htonl(1), 0, htonl(25), htonl((uint32_t)count), htonl(1) };
    char bytes[1024];
    size_t size = sizeof head;

    memcpy(bytes, head, size);
    for (size_t i = 0; i < count; i++) {
        uint32_t length = htonl((uint32_t)strlen(texts[i]));
        memcpy(bytes + size, &length, sizeof length);
        memcpy(bytes + size + sizeof length, texts[i], strlen(texts[i]));
        size += sizeof length + strlen(texts[i]);
    }
    put(rows, row, column, bytes, size);
}

/* An annotation that was written under a mask; `author` is what the statement says. */
static int add_masked(struct rows *rows, struct uuid author)
{
    int row = add(rows, author, 7);

    put_texts(rows, row, "mask", (const char *[]){ "Owl" }, 1);
    return row;
}

/* The same with what the statement tells those who read the leaders' audience alone. */
static int add_lifted(struct rows *rows, const char *leaders)
{
    int row = add_masked(rows, owl);

    put_texts(rows, row, "mask",
        (const char *[]){ "Owl", leaders, "0a000000-0000-0000-0000-000000000000", "ana", "Ana" },
        5);
    return row;
}

TEST("behind a mask is nobody but for oneself and for leaders who see through it")
{
    struct rows rows = rows_new();
    struct annotation a;
    int hidden = add_masked(&rows, owl), own = add_masked(&rows, ben);
    int led = add_lifted(&rows, "3");

    CHECK_INT(ask(&rows, &reader, hidden, &a), DOOR_ADMITTED);
    CHECK(uuid_eq(a.author.id, owl) && !str_given(a.author.name) && a.author.is_masked);
    CHECK_STR(a.author.display_name, STR("Owl"));
    CHECK_INT(ask(&rows, &reader, own, &a), DOOR_ADMITTED);
    CHECK(uuid_eq(a.author.id, ben) && !str_given(a.author.mask));
    CHECK_STR(a.author.display_name, STR("Owl"));
    CHECK_INT(ask(&rows, &reader, led, &a), DOOR_ADMITTED);
    CHECK(uuid_eq(a.author.id, ana) && a.author.is_masked);
    CHECK_STR(a.author.display_name, STR("Ana"));
    CHECK_STR(a.author.mask, STR("Owl"));
    rows_free(&rows);
}

TEST("of further groups those of the pass are told, and moderation to who reads it at home alone")
{
    struct rows rows = rows_new();
    struct annotation a;
    int home = add(&rows, ana, 7), away = add(&rows, ana, 99), own = add(&rows, ben, 99);
    const char *const aside[] = { "hidden", "off topic", "3",
        "00000000-0000-0000-0000-000000000003", "5", "00000000-0000-0000-0000-000000000005" };

    for (int row = home; row <= own; row++) {
        put(&rows, row, "group_id", owl.bytes, sizeof owl.bytes);
        put_ints(&rows, row, "also", (int32_t[]){ 3, 5 }, 2);
        put_texts(&rows, row, "aside", aside, 6);
    }
    const char *const held[] = { "3", "00000000-0000-0000-0000-000000000003", "pending", "", "5",
        "00000000-0000-0000-0000-000000000005", "hidden", "not here" };
    for (int row = home; row <= own; row++)
        put_texts(&rows, row, "held_there", held, 8);
    CHECK_INT(ask(&rows, &reader, home, &a), DOOR_ADMITTED);
    CHECK_INT(a.held_count, 1);
    CHECK_STR(a.held[0].state, STR("pending"));
    CHECK(!str_given(a.held[0].note));
    CHECK(uuid_eq(a.group, owl));
    CHECK_INT(a.group_count, 1);
    CHECK_STR(a.moderation, STR("hidden"));
    CHECK_STR(a.moderation_note, STR("off topic"));
    CHECK_INT(ask(&rows, &reader, away, &a), DOOR_ADMITTED);
    CHECK_INT(a.group.bytes[15], 3);
    CHECK_INT(a.group_count, 0);
    CHECK(!str_given(a.moderation) && !str_given(a.moderation_note));
    CHECK_INT(ask(&rows, &reader, own, &a), DOOR_ADMITTED);
    CHECK(uuid_eq(a.group, owl));
    CHECK_INT(a.group_count, 2);
    CHECK_STR(a.moderation, STR("hidden"));
    CHECK_INT(a.held_count, 2);
    CHECK_STR(a.held[1].note, STR("not here"));
    rows_free(&rows);
}

TEST("a mask that the statement lifts for one who leads nothing is a fault, and stays on")
{
    struct rows rows = rows_new();
    struct annotation a;
    int lifted = add_lifted(&rows, "8");

    CHECK_INT(ask(&rows, &reader, lifted, &a), DOOR_BROKEN);
    set_locks("statement=off");
    enum door door = ask(&rows, &reader, lifted, &a);
    set_locks_on();
    CHECK_INT(door, DOOR_ADMITTED);
    CHECK(uuid_eq(a.author.id, owl) && !str_given(a.author.name) && !str_given(a.author.mask));
    rows_free(&rows);
}

/* A suggestion that `by` has decided, known through an audience: 0 for themselves. */
static int add_decided(struct rows *rows, const char *by, const char *audience)
{
    int row = add(rows, ana, 7);

    put_texts(rows, row, "suggestion",
        (const char *[]){ "other words", "accepted", by, "ana", "Ana", audience, "", "", "" }, 9);
    return row;
}

TEST(
    "who decided about a suggestion is told to those of the audience that is named, and themselves")
{
    struct rows rows = rows_new();
    struct annotation a;
    const char *const anas = "0a000000-0000-0000-0000-000000000000";
    int known = add_decided(&rows, anas, "3"), other = add_decided(&rows, anas, "8");
    int own = add_decided(&rows, "0b000000-0000-0000-0000-000000000000", "0");
    int untold = add_decided(&rows, "", "");

    CHECK_INT(ask(&rows, &reader, known, &a), DOOR_ADMITTED);
    CHECK(uuid_eq(a.suggestion->by.id, ana));
    CHECK_INT(ask(&rows, &reader, own, &a), DOOR_ADMITTED);
    CHECK(uuid_eq(a.suggestion->by.id, ben));
    CHECK_INT(ask(&rows, &reader, untold, &a), DOOR_ADMITTED);
    CHECK(uuid_is_nil(a.suggestion->by.id));
    CHECK_INT(ask(&rows, &reader, other, &a), DOOR_BROKEN);
    set_locks("statement=off");
    enum door door = ask(&rows, &reader, other, &a);
    set_locks_on();
    CHECK_INT(door, DOOR_ADMITTED);
    CHECK(uuid_is_nil(a.suggestion->by.id) && !str_given(a.suggestion->by.name));
    rows_free(&rows);
}

static enum door ask_credits(struct rows *rows, int row, struct credits *out)
{
    struct db_result res = raw_result(rows->raw);
    return door_credits(rows->arena, &reader, &res, row, out);
}

TEST("whose suggestions a revision took up is told to those who may see them")
{
    struct rows rows = rows_new();
    struct credits credits;
    const char *const mine[] = { "01000000-0000-0000-0000-000000000000", "0",
        "0b000000-0000-0000-0000-000000000000", "ben", "Ben", "",
        "02000000-0000-0000-0000-000000000000", "3", "0a000000-0000-0000-0000-000000000000", "ana",
        "Ana", "" };
    const char *const theirs[] = { "01000000-0000-0000-0000-000000000000", "8",
        "0a000000-0000-0000-0000-000000000000", "", "Owl", "masked" };
    int fit = add(&rows, ana, 7), broken = add(&rows, ana, 7);

    put_texts(&rows, fit, "credits", mine, 12);
    put_texts(&rows, broken, "credits", theirs, 6);
    CHECK_INT(ask_credits(&rows, fit, &credits), DOOR_ADMITTED);
    CHECK_INT(credits.count, 2);
    CHECK_INT(ask_credits(&rows, broken, &credits), DOOR_BROKEN);
    set_locks("statement=off");
    enum door door = ask_credits(&rows, broken, &credits);
    set_locks_on();
    CHECK_INT(door, DOOR_ADMITTED);
    CHECK_INT(credits.count, 0);
    rows_free(&rows);
}

TEST("with the statement's lock off the door drops what it would call a fault, and counts without "
     "it")
{
    struct rows rows = rows_new();
    struct annotation a;
    struct annotation_list list;
    int other = add(&rows, ana, 5);
    add(&rows, ana, 7);

    set_locks("statement=off");
    enum door door = ask(&rows, &reader, other, &a);
    struct db_result res = raw_result(rows.raw);
    bool whole = door_annotations(rows.arena, &reader, &res, 50, &list);
    struct db_param all = reads_param(rows.arena, &reader);
    struct db_param own = true_pass_param(rows.arena, &reader);
    set_locks("door=off");
    enum door open = ask(&rows, &reader, other, &a);
    CHECK_INT(door, DOOR_WITHHELD);
    CHECK(whole);
    CHECK_INT(list.count, 1);
    CHECK(all.bytes > own.bytes);
    CHECK_INT(open, DOOR_ADMITTED);
    rows_free(&rows);
}

TEST("a lock is not switched off outside tests, nor by another word")
{
    setenv("GLOSS_TEST_LOCKS", "door=off", 1);
    unsetenv("GLOSS_TEST");
    CHECK(!locks_configure());
    setenv("GLOSS_TEST", "1", 1);
    setenv("GLOSS_TEST_LOCKS", "both", 1);
    CHECK(!locks_configure());
    CHECK(lock_of_door() && lock_of_statement());
}
