/* Annotations as people read them: the passages in the order of the text, each with its replies
 * below it, oldest first. */
#ifndef GLOSS_FORMATS_NOTES_H
#define GLOSS_FORMATS_NOTES_H

#include "base/arena.h"
#include "model/annotation.h"

/* In the order in which they are shown. On a page elsewhere, whose text is not here, all that is no
 * reply is on the whole. */
enum note_place { NOTE_ON_PASSAGE, NOTE_ON_ALL, NOTE_ON_GONE, NOTE_REPLY };
enum note_place note_place(const struct annotation *it);

/* One in the order of reading. */
struct note {
    const struct annotation *it;
    size_t depth; /* 0: it begins a thread, or what it answers is not shown */
};

/* All of `annotations` (in any order) as notes: by document, and there passages by their place,
 * those on the whole, those whose passage is gone, and replies to what is not among them; the
 * others stand behind what they answer. */
struct note *notes_arrange(struct arena *arena, const struct annotation *annotations, size_t count);

#endif
