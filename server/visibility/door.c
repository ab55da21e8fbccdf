#include "visibility/door.h"

#include "base/log.h"
#include "visibility/locks.h"

#include <stdatomic.h>

/* Every audience there is in a test, which has few: what a statement gets while its lock is off. */
#define TEST_AUDIENCES 1024

static _Atomic uint64_t refusals;

uint64_t door_refusals(void)
{
    return atomic_load(&refusals);
}

struct db_param true_pass_param(struct arena *arena, const struct reader *reader)
{
    return db_ints(arena, reader->pass.reads, reader->pass.count);
}

struct db_param past_param(struct arena *arena, const struct reader *reader)
{
    return db_ints(arena, reader->pass.past, reader->pass.past_count);
}

struct db_param muted_param(struct arena *arena, const struct reader *reader)
{
    const struct pass *pass = &reader->pass;
    return pass->muted_count > 0 ? db_uuids(arena, pass->muted, pass->muted_count) : db_null();
}

struct db_param reads_param(struct arena *arena, const struct reader *reader)
{
    if (lock_of_statement())
        return true_pass_param(arena, reader);

    int32_t *all = arena_array(arena, int32_t, TEST_AUDIENCES);
    for (int32_t i = 0; i < TEST_AUDIENCES; i++)
        all[i] = i + 1;
    return db_ints(arena, all, TEST_AUDIENCES);
}

static bool holds_any(const struct pass *pass, const int32_t *audiences, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (pass_holds(pass, audiences[i]))
            return true;
    return false;
}

/* One's own is always shown; nobody in particular owns nothing. */
static bool is_own(const struct reader *reader, struct uuid author)
{
    return !reader_is_nobody(reader) && uuid_eq(reader->id, author);
}

static enum door decide(bool is_listed, const char *what, struct uuid reader)
{
    char id[UUID_TEXT_BYTES + 1];

    if (is_listed || !lock_of_door())
        return DOOR_ADMITTED;
    if (!lock_of_statement())
        return DOOR_WITHHELD;
    atomic_fetch_add(&refusals, 1);
    uuid_write(reader, id);
    log_line(LOG_ERROR, "door.refused", LOG_CSTR("what", what), LOG_CSTR("reader", id));
    return DOOR_BROKEN;
}

static bool is_listed(const struct reader *reader, const struct db_result *res, int row)
{
    if (is_own(reader, db_get_uuid(res, row, "author_id")) ||
        pass_holds(&reader->pass, db_get_int(res, row, "audience_id")))
        return true;
    if (db_is_null(res, row, "also"))
        return false;

    size_t count;
    struct arena *scratch = arena_make();
    int32_t *also = db_get_ints(scratch, res, row, "also", &count);
    bool listed = holds_any(&reader->pass, also, count);
    arena_free(scratch);
    return listed;
}

enum door door_admits(const struct reader *reader, const struct db_result *res, int row)
{
    return decide(is_listed(reader, res, row), "row", reader->id);
}

enum door door_admits_text(const struct reader *reader, const struct db_result *res, int row)
{
    size_t count;
    struct arena *scratch = arena_make();
    int32_t *audiences = db_get_ints(scratch, res, row, "audiences", &count);
    bool listed = is_own(reader, db_get_uuid(res, row, "owner_id")) ||
        holds_any(&reader->pass, audiences, count);

    arena_free(scratch);
    return decide(listed, "text", reader->id);
}

/* What a leader is told who sees through a mask: its name, the leaders' audience, and its wearer.
 */
#define MASK_LIFTED 5

static enum door lift_mask(const struct reader *reader, const struct str *told, struct author *out)
{
    uint64_t leaders;
    bool holds = str_to_u64(told[1], &leaders) && pass_holds(&reader->pass, (int32_t)leaders);
    enum door door = decide(holds, "mask", reader->id);

    if (door != DOOR_ADMITTED || !uuid_read(told[2], &out->id))
        return door;
    out->name = told[3];
    out->display_name = told[4];
    out->mask = told[0];
    return door;
}

/* The statement has the mask in the author's place, but for oneself. */
enum door door_author(
    const struct reader *reader, const struct db_result *res, int row, struct author *out)
{
    *out = (struct author){ .id = db_get_uuid(res, row, "author_id"),
        .name = db_get_text(res, row, "author_name"),
        .display_name = db_get_text(res, row, "author_display_name"),
        .is_masked = !db_is_null(res, row, "mask") };
    if (!out->is_masked)
        return DOOR_ADMITTED;

    size_t count;
    struct arena *scratch = arena_make();
    const struct str *told = db_get_texts(scratch, res, row, "mask", &count);
    enum door door = DOOR_ADMITTED;
    out->display_name = count > 0 ? told[0] : STR_NONE;
    if (count == MASK_LIFTED)
        door = lift_mask(reader, told, out);
    arena_free(scratch);
    return door == DOOR_BROKEN ? DOOR_BROKEN : DOOR_ADMITTED;
}

static bool is_known_to(
    const struct reader *reader, const struct db_result *res, int row, const char *column)
{
    size_t count;
    struct arena *scratch = arena_make();
    int32_t *audiences = db_get_ints(scratch, res, row, column, &count);
    bool known = holds_any(&reader->pass, audiences, count);

    arena_free(scratch);
    return known;
}

static void wear(struct author *out, const struct db_result *res, int row, bool is_self)
{
    struct str mask = db_get_text(res, row, "putter_mask");

    out->is_masked = true;
    if (uuid_is_nil(out->id))
        out->id = db_get_uuid(res, row, "putter_mask_id");
    if (is_self || !str_given(out->name))
        out->display_name = mask;
    else
        out->mask = mask;
}

/* The statement has told a name, or not; the door holds those who may know it against the pass. */
enum door door_putter(
    const struct reader *reader, const struct db_result *res, int row, struct author *out)
{
    struct uuid id = db_get_uuid(res, row, "putter_id");
    bool is_self = is_own(reader, id), is_named = is_known_to(reader, res, row, "named_by");
    enum door door = DOOR_WITHHELD;

    *out = (struct author){ 0 };
    if (!uuid_is_nil(id))
        door = decide(
            is_self || is_named || is_known_to(reader, res, row, "seen_by"), "name", reader->id);
    if (door == DOOR_BROKEN)
        return DOOR_BROKEN;
    if (door == DOOR_ADMITTED)
        *out = (struct author){ .id = id,
            .name = db_get_text(res, row, "putter_name"),
            .display_name = db_get_text(res, row, "putter_display_name") };
    if (!is_named && !db_is_null(res, row, "putter_mask_id") &&
        pass_holds(&reader->pass, db_get_int(res, row, "mask_by")))
        wear(out, res, row, is_self);
    return DOOR_ADMITTED;
}

/* What the muted have said or given is in the sums above. */
static void take_muted_off(struct arena *arena, const struct reader *reader,
    const struct db_result *res, int row, struct annotation *out)
{
    size_t count;
    const int32_t *muted = db_get_ints(arena, res, row, "muted_tally", &count);

    for (size_t i = 0; i + 1 < count; i += 2) {
        int32_t what = muted[i + 1];
        if (lock_of_door() && !pass_holds(&reader->pass, muted[i]))
            continue;
        if (what == 0)
            out->replies--;
        else if (what > 0 && what < REACTIONS)
            out->reactions[what]--;
    }
}

/* The statement's sums are those of the pass already; the door adds up what is listed in it. */
static void add_tally(struct arena *arena, const struct reader *reader, const struct db_result *res,
    int row, struct annotation *out)
{
    size_t count, own;
    const int32_t *tally = db_get_ints(arena, res, row, "tally", &count);

    for (size_t i = 0; i + 2 < count; i += 3) {
        int32_t what = tally[i + 1];
        if (lock_of_door() && !pass_holds(&reader->pass, tally[i]))
            continue;
        if (what == 0)
            out->replies += tally[i + 2];
        else if (what > 0 && what < REACTIONS)
            out->reactions[what] += tally[i + 2];
    }

    /* One's own that no audience of the pass shows is in no sum above. */
    const int32_t *replies = db_get_ints(arena, res, row, "own_replies", &own);
    for (size_t i = 0; i < own; i++)
        out->replies += !pass_holds(&reader->pass, replies[i]);

    take_muted_off(arena, reader, res, row, out);

    const int32_t *audiences = db_get_ints(arena, res, row, "own_reaction_audiences", &count);
    const int32_t *reactions = db_get_ints(arena, res, row, "own_reactions", &own);
    for (size_t i = 0; i < own && i < count; i++) {
        if (reactions[i] <= 0 || reactions[i] >= REACTIONS)
            continue;
        out->mine[reactions[i]] = true;
        out->reactions[reactions[i]] += !pass_holds(&reader->pass, audiences[i]);
    }
}

static void read_anchor(const struct db_result *res, int row, struct anchor *out)
{
    out->is_placed = !db_is_null(res, row, "anchor_state");
    if (!out->is_placed)
        return;
    out->revision = db_get_uuid(res, row, "anchor_revision_id");
    out->is_gone = db_is_null(res, row, "anchor_start");
    out->start_chars = db_get_int(res, row, "anchor_start");
    out->end_chars = db_get_int(res, row, "anchor_end");
    out->state = db_get_text(res, row, "anchor_state");
    out->score = db_get_double(res, row, "anchor_score");
    out->is_confirmed = db_get_bool(res, row, "anchor_confirmed");
}

/* What aside_told() answers: how it has been moderated, which is for its author and its group's
 * leaders; then the further groups, each behind the number of its audience. The group is home if
 * the reader may read there, else the first of the further ones that they may; the author sees all.
 */
static void read_aside(struct arena *arena, const struct reader *reader,
    const struct db_result *res, int row, struct annotation *out)
{
    bool is_mine = is_own(reader, db_get_uuid(res, row, "author_id"));
    bool at_home = is_mine || pass_holds(&reader->pass, out->audience) || !lock_of_door();
    size_t count;
    const struct str *aside = db_get_texts(arena, res, row, "aside", &count);

    out->at_home = at_home;
    if (at_home)
        out->group = db_get_uuid(res, row, "group_id");
    if (at_home && count > 1 && aside[0].bytes > 0) {
        out->moderation = aside[0];
        out->moderation_note = aside[1].bytes > 0 ? aside[1] : STR_NONE;
    }
    struct uuid *groups = arena_array(arena, struct uuid, count / 2 + 1), group;
    for (size_t i = 2; i + 1 < count; i += 2) {
        uint64_t audience;
        if (!str_to_u64(aside[i], &audience) || !uuid_read(aside[i + 1], &group))
            continue;
        if (!is_mine && lock_of_door() && !pass_holds(&reader->pass, (int32_t)audience))
            continue;
        if (uuid_is_nil(out->group))
            out->group = group;
        else
            groups[out->group_count++] = group;
    }
    out->groups = groups;
}

static struct str kept(struct arena *arena, struct str text)
{
    return str_given(text) ? arena_dup(arena, text) : STR_NONE;
}

/* What held_told() answers of each. */
#define HELD_PARTS 4

static void read_held(struct arena *arena, const struct reader *reader, const struct db_result *res,
    int row, struct annotation *out)
{
    bool is_mine = is_own(reader, db_get_uuid(res, row, "author_id"));
    size_t count;
    const struct str *parts = db_get_texts(arena, res, row, "held_there", &count);
    struct held *at = arena_array(arena, struct held, count / HELD_PARTS);

    out->held = at;
    for (; count >= HELD_PARTS; parts += HELD_PARTS, count -= HELD_PARTS) {
        struct held *it = &at[out->held_count];
        uint64_t audience;
        if (!str_to_u64(parts[0], &audience) || !uuid_read(parts[1], &it->group))
            continue;
        if (!is_mine && lock_of_door() && !pass_holds(&reader->pass, (int32_t)audience))
            continue;
        it->state = kept(arena, parts[2]);
        it->note = parts[3].bytes > 0 ? kept(arena, parts[3]) : STR_NONE;
        out->held_count++;
    }
}

/* What suggestion_told() answers. */
#define SUGGESTION_PARTS 9

static struct str unless_empty(struct str part)
{
    return part.bytes > 0 ? part : STR_NONE;
}

/* Through the audience that a row names, or because it is one's own. */
static bool is_listed_by(const struct reader *reader, struct uuid who, struct str audience)
{
    uint64_t number;

    return is_own(reader, who) ||
        (str_to_u64(audience, &number) && pass_holds(&reader->pass, (int32_t)number));
}

/* Who decided is told to those who know them by their name. */
static enum door read_suggestion(struct arena *arena, const struct reader *reader,
    const struct db_result *res, int row, const struct suggestion **out)
{
    size_t count;
    const struct str *parts = db_get_texts(arena, res, row, "suggestion", &count);
    enum door door = DOOR_WITHHELD;
    uint64_t at_us = 0;
    struct uuid by;

    if (count != SUGGESTION_PARTS)
        return DOOR_ADMITTED;
    struct suggestion *it = arena_new(arena, struct suggestion);
    *it = (struct suggestion){
        .replacement = parts[0], .state = parts[1], .reason = unless_empty(parts[7])
    };
    if (uuid_read(parts[2], &by))
        door = decide(is_listed_by(reader, by, parts[5]), "decider", reader->id);
    if (door == DOOR_ADMITTED)
        it->by = (struct user){ by, parts[3], parts[4] };
    str_to_u64(parts[6], &at_us);
    it->at_us = (int64_t)at_us;
    uuid_read(parts[8], &it->revision);
    *out = it;
    return door == DOOR_BROKEN ? DOOR_BROKEN : DOOR_ADMITTED;
}

/* What credits_told() answers of each. */
#define CREDIT_PARTS 6

enum door door_credits(struct arena *arena, const struct reader *reader,
    const struct db_result *res, int row, struct credits *out)
{
    size_t count;
    const struct str *parts = db_get_texts(arena, res, row, "credits", &count);
    struct credit *at = arena_array(arena, struct credit, count / CREDIT_PARTS);

    *out = (struct credits){ .at = at };
    for (; count >= CREDIT_PARTS; parts += CREDIT_PARTS, count -= CREDIT_PARTS) {
        struct credit *it = &at[out->count];
        if (!uuid_read(parts[0], &it->annotation) || !uuid_read(parts[2], &it->author.id))
            continue;
        it->author.name = unless_empty(parts[3]);
        it->author.display_name = parts[4];
        it->author.is_masked = parts[5].bytes > 0;
        enum door door =
            decide(is_listed_by(reader, it->author.id, parts[1]), "credit", reader->id);
        if (door == DOOR_BROKEN)
            return DOOR_BROKEN;
        out->count += door == DOOR_ADMITTED;
    }
    return DOOR_ADMITTED;
}

#define CLASS_AUTHOR 2
#define CLASS_SEALED 3

enum door door_annotation(struct arena *arena, const struct reader *reader,
    const struct db_result *res, int row, struct annotation *out)
{
    enum door door = decide(is_listed(reader, res, row), "annotation", reader->id);

    if (door != DOOR_ADMITTED)
        return door;
    *out = (struct annotation){
        .id = db_get_uuid(res, row, "id"),
        .document = db_get_uuid(res, row, "document_id"),
        .thread = db_get_uuid(res, row, "thread_id"),
        .parent = db_get_uuid(res, row, "parent_id"),
        .audience = db_get_int(res, row, "audience_id"),
        .is_private = db_get_int(res, row, "audience_class") == CLASS_AUTHOR,
        .is_sealed = db_get_int(res, row, "audience_class") == CLASS_SEALED,
        .is_draft = db_get_bool(res, row, "draft"),
        .is_deleted = db_get_bool(res, row, "deleted"),
        .status = db_get_text(res, row, "status"),
        .version = db_get_int(res, row, "version"),
        .shown = db_get_text(res, row, "shown"),
        .created_us = db_get_time(res, row, "created_at"),
        .updated_us = db_get_time(res, row, "updated_at"),
    };
    if (door_author(reader, res, row, &out->author) == DOOR_BROKEN)
        return DOOR_BROKEN;
    read_aside(arena, reader, res, row, out);
    if (!db_is_null(res, row, "held_there"))
        read_held(arena, reader, res, row, out);
    read_anchor(res, row, &out->anchor);
    if (!out->is_deleted && !db_is_null(res, row, "suggestion") &&
        read_suggestion(arena, reader, res, row, &out->suggestion) == DOOR_BROKEN)
        return DOOR_BROKEN;
    if (!db_is_null(res, row, "tally"))
        add_tally(arena, reader, res, row, out);

    /* That a tombstone stays tells of the replies below it: who may see none learns nothing. */
    if ((out->is_deleted && out->replies == 0) || db_get_bool(res, row, "document_deleted"))
        return DOOR_WITHHELD;
    return DOOR_ADMITTED;
}

const struct suggestion *suggestion_kept(struct arena *arena, const struct suggestion *it)
{
    if (!it)
        return NULL;
    struct suggestion *copy = arena_new(arena, struct suggestion);
    *copy = *it;
    copy->replacement = arena_dup(arena, it->replacement);
    copy->state = arena_dup(arena, it->state);
    copy->by.name = kept(arena, it->by.name);
    copy->by.display_name = kept(arena, it->by.display_name);
    copy->reason = kept(arena, it->reason);
    return copy;
}

static struct str copied(
    struct arena *arena, const struct db_result *res, int row, const char *column)
{
    return kept(arena, db_get_text(res, row, column));
}

static const struct annotation_source *read_source(
    struct arena *arena, const struct db_result *res, int row)
{
    struct annotation_source *source = arena_new(arena, struct annotation_source);
    struct str *tags = db_get_texts(arena, res, row, "tags", &source->tag_count);

    for (size_t i = 0; i < source->tag_count; i++)
        tags[i] = arena_dup(arena, tags[i]);
    source->tags = tags;
    source->kind = copied(arena, res, row, "kind");
    source->body = copied(arena, res, row, "body");
    source->quote_exact = copied(arena, res, row, "quote_exact");
    source->quote_prefix = copied(arena, res, row, "quote_prefix");
    source->quote_suffix = copied(arena, res, row, "quote_suffix");
    source->selectors = copied(arena, res, row, "selectors");
    source->extra = copied(arena, res, row, "extra");
    source->revision = db_get_uuid(res, row, "revision_id");
    source->moderation = copied(arena, res, row, "moderation");
    source->renderer = db_get_int(res, row, "renderer");
    return source;
}

enum door door_annotation_in_full(struct arena *arena, const struct reader *reader,
    const struct db_result *res, int row, struct annotation *out)
{
    enum door door = door_annotation(arena, reader, res, row, out);

    if (door != DOOR_ADMITTED)
        return door;
    out->author.name = kept(arena, out->author.name);
    out->author.display_name = kept(arena, out->author.display_name);
    out->author.mask = kept(arena, out->author.mask);
    out->moderation = kept(arena, out->moderation);
    out->moderation_note = kept(arena, out->moderation_note);
    out->status = copied(arena, res, row, "status");
    out->shown = copied(arena, res, row, "shown");
    out->anchor.state = copied(arena, res, row, "anchor_state");
    out->suggestion = suggestion_kept(arena, out->suggestion);
    out->source = read_source(arena, res, row);
    return DOOR_ADMITTED;
}

bool door_annotations(struct arena *arena, const struct reader *reader, const struct db_result *res,
    size_t limit, struct annotation_list *out)
{
    return door_annotations_of(arena, reader, res, limit, NULL, out);
}

bool door_annotations_of(struct arena *arena, const struct reader *reader,
    const struct db_result *res, size_t limit, const struct uuid *author,
    struct annotation_list *out)
{
    size_t rows = (size_t)res->rows < limit ? (size_t)res->rows : limit;
    struct annotation *at = arena_array(arena, struct annotation, rows);

    *out = (struct annotation_list){ .at = at, .more = (size_t)res->rows > limit };
    for (size_t i = 0; i < rows; i++) {
        enum door door = door_annotation(arena, reader, res, (int)i, &at[out->count]);
        if (door == DOOR_BROKEN)
            return false;
        if (author && door == DOOR_ADMITTED && !uuid_eq(at[out->count].author.id, *author))
            door = DOOR_WITHHELD;
        out->count += door == DOOR_ADMITTED;
    }
    if (rows > 0) {
        int last = (int)rows - 1;
        out->last_id = db_get_uuid(res, last, "id");
        out->last_created_us = db_get_time(res, last, "created_at");
        out->last_updated_us = db_get_time(res, last, "updated_at");
    }
    return true;
}

/* FNV-1a over a row's bytes. */
static uint64_t hash_of(const void *bytes, size_t size, uint64_t hash)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ at[i]) * 0x100000001b3u;
    return hash;
}

/* Rows are added up, so their order does not matter; but two hashes whose last bytes differ by one
 * are a known number apart, one way or the other, and two shelves that change together would often
 * cancel each other out. So every bit is made to depend on every other first (MurmurHash3's
 * finish). */
static uint64_t mixed(uint64_t hash)
{
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdu;
    hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53u;
    return hash ^ hash >> 33;
}

static bool add_shelf(
    const struct reader *reader, const struct db_result *res, int row, struct shelves *out)
{
    int32_t audience = db_get_int(res, row, "audience_id");
    struct uuid holder = db_get_uuid(res, row, "holder_id");
    int64_t version = db_get_long(res, row, "version");
    enum door door =
        decide(is_own(reader, holder) || pass_holds(&reader->pass, audience), "shelf", reader->id);

    if (door != DOOR_ADMITTED)
        return door == DOOR_WITHHELD;
    uint64_t hash = hash_of(&audience, sizeof audience, 0xcbf29ce484222325u);
    hash = hash_of(holder.bytes, sizeof holder.bytes, hash);
    out->tag += mixed(hash_of(&version, sizeof version, hash));
    out->annotations += db_get_int(res, row, "n");
    return true;
}

/* Whom the reader has muted is not counted, so the tag depends on it. */
static struct shelves no_shelves(const struct pass *pass)
{
    struct shelves none = { 0 };
    for (size_t i = 0; i < pass->muted_count; i++)
        none.tag += hash_of(&pass->muted[i], sizeof pass->muted[i], 0x84222325cbf29ce4u);
    return none;
}

bool door_shelves(const struct reader *reader, const struct db_result *res, struct shelves *out)
{
    *out = no_shelves(&reader->pass);
    for (int row = 0; row < res->rows; row++)
        if (!add_shelf(reader, res, row, out))
            return false;
    return true;
}

bool door_shelves_of(const struct reader *reader, const struct db_result *res, struct uuid document,
    struct shelves *out)
{
    *out = no_shelves(&reader->pass);
    for (int row = 0; row < res->rows; row++)
        if (uuid_eq(db_get_uuid(res, row, "document_id"), document) &&
            !add_shelf(reader, res, row, out))
            return false;
    return true;
}
