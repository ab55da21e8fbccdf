#include "reader/reader.h"

enum step page_problem(struct request *req, enum problem problem, struct str detail)
{
    const struct problem_row *row = problem_row(problem);
    (void)detail;
    return respond_bytes(req, row->status, "text/plain; charset=utf-8", str_from(row->title));
}
