#include "model/reader.h"

bool pass_holds(const struct pass *pass, int32_t audience)
{
    size_t low = 0, high = pass->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pass->reads[middle] == audience)
            return true;
        if (pass->reads[middle] < audience)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

bool reader_is_nobody(const struct reader *reader)
{
    return uuid_is_nil(reader->id);
}
