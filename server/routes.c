/* Every route: method, path, operation (the same as in api/openapi.yaml), who may, and its code. */
#include "documents/documents.h"
#include "http/router.h"
#include "meta/meta.h"
#include "reader/reader.h"
#include "users/users.h"

#define JSON "application/json"
#define PATCH_JSON "application/merge-patch+json application/json"

static const struct body_rule credentials = { 8192, JSON };
static const struct body_rule small_json = { 65536, JSON };
static const struct body_rule small_patch = { 65536, PATCH_JSON };

const struct route routes[] = {
    { "GET", "/api/v1", "getIndex", ANYONE, SCOPE_NONE, meta_index, NULL, NULL, false },
    { "GET", "/api/v1/openapi.json", "getContract", UNASKED, SCOPE_NONE, meta_contract, NULL, NULL,
        false },
    { "GET", "/api/v1/problems", "listProblems", UNASKED, SCOPE_NONE, meta_problems, NULL, NULL,
        false },
    { "GET", "/api/v1/problems/{slug}", "getProblem", UNASKED, SCOPE_NONE, meta_problem, NULL, NULL,
        false },

    { "POST", "/api/v1/users", "createUser", ANYONE, SCOPE_NONE, user_create, NULL, &credentials,
        false },
    { "GET", "/api/v1/me", "getMe", NEEDS_USER, SCOPE_NONE, me_get, NULL, NULL, false },
    { "PATCH", "/api/v1/me", "patchMe", NEEDS_USER, SCOPE_NONE, me_patch, NULL, &small_patch,
        false },
    { "PUT", "/api/v1/me/password", "putPassword", NEEDS_USER, SCOPE_SESSION, password_put, NULL,
        &credentials, false },
    { "POST", "/api/v1/session", "createSession", ANYONE, SCOPE_NONE, session_create, NULL,
        &credentials, false },
    { "GET", "/api/v1/session", "getSession", NEEDS_USER, SCOPE_SESSION, session_get, NULL, NULL,
        false },
    { "DELETE", "/api/v1/session", "deleteSession", ANYONE, SCOPE_NONE, session_delete, NULL, NULL,
        false },
    { "GET", "/api/v1/tokens", "listTokens", NEEDS_USER, SCOPE_SESSION, token_list, "limit cursor",
        NULL, false },
    { "POST", "/api/v1/tokens", "createToken", NEEDS_USER, SCOPE_SESSION, token_create, NULL,
        &small_json, false },
    { "PATCH", "/api/v1/tokens/{token}", "patchToken", NEEDS_USER, SCOPE_SESSION, token_patch, NULL,
        &small_patch, false },
    { "DELETE", "/api/v1/tokens/{token}", "deleteToken", NEEDS_USER, SCOPE_SESSION, token_delete,
        NULL, NULL, false },

    { "GET", "/api/v1/documents", "listDocuments", NEEDS_READER, SCOPE_DOCUMENTS_READ,
        document_list, "limit cursor order group uri", NULL, false },
    { "POST", "/api/v1/documents", "createDocument", NEEDS_USER, SCOPE_DOCUMENTS_WRITE,
        document_create, "title language group uri", &document_create_body, false },
    { "GET", "/api/v1/documents/{document}", "getDocument", NEEDS_READER, SCOPE_DOCUMENTS_READ,
        document_get, NULL, NULL, false },
    { "PATCH", "/api/v1/documents/{document}", "patchDocument", NEEDS_USER, SCOPE_DOCUMENTS_WRITE,
        document_patch, NULL, &document_patch_body, false },
    { "DELETE", "/api/v1/documents/{document}", "deleteDocument", NEEDS_USER, SCOPE_DOCUMENTS_WRITE,
        document_delete, NULL, NULL, false },
    { "POST", "/api/v1/documents/{document}/restore", "restoreDocument", NEEDS_USER,
        SCOPE_DOCUMENTS_WRITE, document_restore, NULL, NULL, false },
    { "POST", "/api/v1/documents/{document}/move", "moveDocument", NEEDS_USER,
        SCOPE_DOCUMENTS_WRITE, document_move, NULL, &document_move_body, false },
    { "GET", "/api/v1/documents/{document}/text", "getDocumentText", NEEDS_READER,
        SCOPE_DOCUMENTS_READ, document_get_text, "unit from to", NULL, false },
    { "GET", "/api/v1/documents/{document}/html", "getDocumentHtml", NEEDS_READER,
        SCOPE_DOCUMENTS_READ, document_get_html, NULL, NULL, false },
    { "GET", "/api/v1/documents/{document}/toc", "getDocumentToc", NEEDS_READER,
        SCOPE_DOCUMENTS_READ, document_get_toc, NULL, NULL, false },
    { "GET", "/api/v1/documents/{document}/original", "getDocumentOriginal", NEEDS_READER,
        SCOPE_DOCUMENTS_READ, document_get_original, NULL, NULL, false },
    { "GET", "/api/v1/documents/{document}/revisions", "listRevisions", NEEDS_READER,
        SCOPE_DOCUMENTS_READ, revision_list, "limit cursor", NULL, false },
    { "POST", "/api/v1/documents/{document}/resolve-quote", "resolveQuote", NEEDS_READER,
        SCOPE_DOCUMENTS_READ, document_resolve_quote, NULL, &document_quote_body, false },
    { "GET", "/api/v1/revisions/{revision}", "getRevision", NEEDS_READER, SCOPE_DOCUMENTS_READ,
        revision_get, NULL, NULL, false },
    { "GET", "/api/v1/revisions/{revision}/text", "getRevisionText", NEEDS_READER,
        SCOPE_DOCUMENTS_READ, revision_get_text, NULL, NULL, false },
    { "GET", "/api/v1/revisions/{revision}/html", "getRevisionHtml", NEEDS_READER,
        SCOPE_DOCUMENTS_READ, revision_get_html, NULL, NULL, false },
    { "PUT", "/api/v1/groups/{group}/documents/{document}", "putGroupDocument", NEEDS_USER,
        SCOPE_DOCUMENTS_WRITE, listing_put, NULL, NULL, false },
    { "DELETE", "/api/v1/groups/{group}/documents/{document}", "deleteGroupDocument", NEEDS_USER,
        SCOPE_DOCUMENTS_WRITE, listing_delete, NULL, NULL, false },

    { "GET", "/healthz", "getHealth", UNASKED, SCOPE_NONE, meta_health, NULL, NULL, false },
    { "GET", "/readyz", "getReadiness", UNASKED, SCOPE_NONE, meta_ready, NULL, NULL, false },

    { "GET", "/", "pageTexts", ANYONE, SCOPE_NONE, page_texts, NULL, NULL, true },
    { "GET", "/signin", "pageSignIn", ANYONE, SCOPE_NONE, page_sign_in, "next", NULL, true },
    { "GET", "/signout", "pageSignOut", ANYONE, SCOPE_NONE, page_sign_out, NULL, NULL, true },
    { "GET", "/new", "pageNew", ANYONE, SCOPE_NONE, page_new, "group", NULL, true },
    { "GET", "/account", "pageAccount", ANYONE, SCOPE_NONE, page_account, NULL, NULL, true },
    { "GET", "/join/{code}", "pageJoin", ANYONE, SCOPE_NONE, page_join, NULL, NULL, true },
    { "GET", "/setup/{code}", "pageSetup", ANYONE, SCOPE_NONE, page_setup, NULL, NULL, true },
    { "GET", "/g/{group}", "pageGroup", ANYONE, SCOPE_NONE, page_group, NULL, NULL, true },
    { "GET", "/d/{document}", "pageReader", ANYONE, SCOPE_NONE, page_reader, NULL, NULL, true },
    { "GET", "/n/{annotation}", "pageAnnotation", ANYONE, SCOPE_NONE, page_annotation, NULL, NULL,
        true },
    { "GET", "/assets/{version}/{file}", "getAsset", UNASKED, SCOPE_NONE, asset_get, NULL, NULL,
        true },
};
const size_t route_count = sizeof routes / sizeof *routes;
