/* Notes as an annotation collection of the W3C (Web Annotation Data Model 5.1), with its one page
 * embedded. Positions are code points, as the model has them. A tombstone says nothing, so it is
 * not among them; what answers it still names it. */
#include "base/clock.h"
#include "base/writer.h"
#include "formats/notes_file.h"

static void put_writer(struct buffer *out, struct writer *writer)
{
    buffer_put(out, (struct str){ writer->at, writer->bytes });
    writer_drop(writer);
}

static void put_string(struct buffer *out, struct str text)
{
    struct writer writer;

    writer_start(&writer);
    writer_text(&writer, text);
    put_writer(out, &writer);
}

static void put_iri(struct buffer *out, const struct notes_file *file, const char *behind)
{
    struct buffer iri = { 0 };

    buffer_put(&iri, file->base_url);
    buffer_put(&iri, file->address);
    buffer_put_cstr(&iri, behind);
    put_string(out, buffer_text(&iri));
    buffer_drop(&iri);
}

static void begin(struct buffer *out, const struct notes_file *file, const struct document *doc)
{
    (void)doc;
    buffer_put_cstr(out, "{\"@context\":\"http://www.w3.org/ns/anno.jsonld\",\"id\":");
    put_iri(out, file, "");
    buffer_put_cstr(out, ",\"type\":\"AnnotationCollection\",\"label\":");
    put_string(out, file->title);
}

static const char *motivation_of(const struct annotation *it, struct str kind)
{
    if (!uuid_is_nil(it->parent))
        return "replying";
    if (str_eq(kind, STR("highlight")))
        return "highlighting";
    if (str_eq(kind, STR("question")))
        return "questioning";
    return str_eq(kind, STR("suggestion")) ? "editing" : "commenting";
}

static void write_time(struct writer *writer, const char *key, int64_t us)
{
    char text[TIME_TEXT_BYTES + 1];

    time_format(us, text);
    writer_key_cstr(writer, key, text);
}

static void write_body(
    struct writer *writer, const char *format, const char *purpose, struct str value)
{
    writer_object(writer);
    writer_key_cstr(writer, "type", "TextualBody");
    writer_key_text(writer, "value", value);
    if (format)
        writer_key_cstr(writer, "format", format);
    writer_key_cstr(writer, "purpose", purpose);
    writer_object_end(writer);
}

/* What is suggested is the body of an editing; what is said about it comments. */
static void write_bodies(struct writer *writer, const struct suggestion *suggestion,
    const struct note_words *words, const char *motivation)
{
    if (!suggestion && !str_given(words->body) && json_array_size(words->tags) == 0)
        return;
    writer_key(writer, "body");
    writer_array(writer);
    if (suggestion)
        write_body(writer, "text/plain", motivation, suggestion->replacement);
    if (str_given(words->body))
        write_body(writer, "text/markdown", suggestion ? "commenting" : motivation, words->body);
    for (size_t i = 0; i < json_array_size(words->tags); i++)
        write_body(writer, NULL, "tagging", note_tag(words->tags, i));
    writer_array_end(writer);
}

/* Where it stands now, by its words and by its place. */
static void write_selectors(
    struct writer *writer, const struct annotation *it, const struct note_words *words)
{
    writer_key(writer, "selector");
    writer_array(writer);
    if (str_given(words->exact)) {
        writer_object(writer);
        writer_key_cstr(writer, "type", "TextQuoteSelector");
        writer_key_text(writer, "exact", words->exact);
        if (words->prefix.bytes > 0)
            writer_key_text(writer, "prefix", words->prefix);
        if (words->suffix.bytes > 0)
            writer_key_text(writer, "suffix", words->suffix);
        writer_object_end(writer);
    }
    if (it->anchor.is_placed && !it->anchor.is_gone) {
        writer_object(writer);
        writer_key_cstr(writer, "type", "TextPositionSelector");
        writer_key_int(writer, "start", it->anchor.start_chars);
        writer_key_int(writer, "end", it->anchor.end_chars);
        writer_object_end(writer);
    }
    writer_array_end(writer);
}

static void write_target(struct writer *writer, struct str base_url, const struct document *doc,
    const struct annotation *it, const struct note_words *words)
{
    bool has_place = str_given(words->exact) || (it->anchor.is_placed && !it->anchor.is_gone);
    struct buffer iri = { 0 };

    if (!uuid_is_nil(it->parent))
        note_put_address(&iri, base_url, &(struct annotation){ .id = it->parent });
    else if (doc && doc->kind == DOCUMENT_PAGE && doc->uri_count > 0)
        buffer_put(&iri, doc->uris[0]);
    else
        note_put_document(&iri, base_url, it->document);
    writer_key(writer, "target");
    if (has_place) {
        writer_object(writer);
        writer_key_cstr(writer, "type", "SpecificResource");
        writer_key_text(writer, "source", buffer_text(&iri));
        write_selectors(writer, it, words);
        writer_object_end(writer);
    } else {
        writer_text(writer, buffer_text(&iri));
    }
    buffer_drop(&iri);
}

static void write_creator(struct writer *writer, const struct annotation *it)
{
    writer_key(writer, "creator");
    writer_object(writer);
    writer_key_cstr(writer, "type", "Person");
    writer_key_text(writer, "name", it->author.display_name);
    if (str_given(it->author.name))
        writer_key_text(writer, "nickname", it->author.name);
    writer_object_end(writer);
}

static void put_note(struct buffer *out, struct notes_file *file, const struct document *doc,
    const struct note *note)
{
    const struct annotation *it = note->it;
    struct buffer iri = { 0 };
    struct writer writer;

    if (it->is_deleted) {
        file->count--;
        return;
    }
    if (file->count == 1) {
        buffer_put_cstr(out, ",\"first\":{\"id\":");
        put_iri(out, file, "#page");
        buffer_put_cstr(out, ",\"type\":\"AnnotationPage\",\"partOf\":");
        put_iri(out, file, "");
        buffer_put_cstr(out, ",\"startIndex\":0,\"items\":[\n");
    } else {
        buffer_put_cstr(out, ",\n");
    }
    struct note_words words = note_words(it);
    const char *motivation = motivation_of(it, words.kind);
    writer_start(&writer);
    writer_object(&writer);
    note_put_address(&iri, file->base_url, it);
    writer_key_text(&writer, "id", buffer_text(&iri));
    writer_key_cstr(&writer, "type", "Annotation");
    writer_key_cstr(&writer, "motivation", motivation);
    write_creator(&writer, it);
    write_time(&writer, "created", it->created_us);
    write_time(&writer, "modified", it->updated_us);
    write_bodies(&writer, it->suggestion, &words, motivation);
    write_target(&writer, file->base_url, doc, it, &words);
    writer_object_end(&writer);
    put_writer(out, &writer);
    buffer_drop(&iri);
    note_words_drop(&words);
}

/* A page has an item at least, so without any there is none. */
static void end(struct buffer *out, const struct notes_file *file)
{
    if (file->count > 0)
        buffer_put_cstr(out, "\n]}");
    buffer_put_cstr(out, ",\"total\":");
    buffer_put_number(out, file->count);
    buffer_put_cstr(out, "}\n");
}

const struct notes_format notes_jsonld = { "jsonld",
    "application/ld+json; profile=\"http://www.w3.org/ns/anno.jsonld\"", begin, NULL, put_note,
    end };
