/*
 * xml.c - see xml.h.
 *
 * The member is fed to expat block by block as it is unpacked. Handlers can't return an error through expat, so the
 * first refusal is kept in struct tie_xml and stops the parser. Attacks by entities (nested ones that grow without
 * bound, outside ones that read files) need a document type declaration; none of the formats read here has one, so it
 * is refused as such rather than limited.
 */
#include "xml.h"

#include <expat.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAMESPACE_END '|'
#define DEPTH_MAX 64
#define TEXT_BYTES_MAX ((size_t)1 << 20) /* a cell of Excel holds 32,767 characters */
#define BLOCK_BYTES 65536

struct tie_xml {
    XML_Parser parser;
    const struct tie_xml_handler *handler;
    const char *path, *member;
    unsigned depth;
    bool is_collecting;
    struct tie_buf text;
    struct tie_error refusal;
};

static const char *local_name(const char *name)
{
    const char *const end = strrchr(name, NAMESPACE_END);

    return end != NULL ? end + 1 : name;
}

const char *tie_xml_attribute(const char *const *attributes, const char *name)
{
    for (size_t i = 0; attributes[i] != NULL; i += 2)
        if (strcmp(local_name(attributes[i]), name) == 0)
            return attributes[i + 1];
    return NULL;
}

void tie_xml_collect(struct tie_xml *xml, bool on)
{
    xml->is_collecting = on;
}

struct tie_text tie_xml_text(const struct tie_xml *xml)
{
    return xml->text.size == 0 ? TIE_TEXT("") : tie_buf_slice(&xml->text);
}

void tie_xml_drop_text(struct tie_xml *xml)
{
    tie_buf_reset(&xml->text);
}

bool tie_xml_is_refused(const struct tie_xml *xml)
{
    return xml->refusal.status != TIE_OK;
}

void tie_xml_refuse(struct tie_xml *xml, const char *format, ...)
{
    char what[512];
    va_list arguments;

    if (tie_xml_is_refused(xml))
        return;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    (void)tie_fail(&xml->refusal, TIE_DATA, "%s, part %s, line %lu: %s", xml->path, xml->member,
        (unsigned long)XML_GetCurrentLineNumber(xml->parser), what);
    (void)XML_StopParser(xml->parser, XML_FALSE);
}

static void XMLCALL on_start(void *data, const XML_Char *name, const XML_Char **attributes)
{
    struct tie_xml *const xml = data;

    if (++xml->depth > DEPTH_MAX)
        tie_xml_refuse(xml, "elements lie deeper than %d; this is no workbook that a program saved", DEPTH_MAX);
    else
        xml->handler->start(xml, xml->handler->state, local_name(name), (const char *const *)attributes);
}

static void XMLCALL on_end(void *data, const XML_Char *name)
{
    struct tie_xml *const xml = data;

    xml->depth--;
    if (xml->handler->end != NULL && !tie_xml_is_refused(xml))
        xml->handler->end(xml, xml->handler->state, local_name(name));
}

static void XMLCALL on_text(void *data, const XML_Char *text, int size)
{
    struct tie_xml *const xml = data;

    if (!xml->is_collecting || tie_xml_is_refused(xml))
        return;
    tie_buf_put(&xml->text, text, (size_t)size);
    if (xml->text.failed)
        tie_xml_refuse(xml, "a text is longer than %zu bytes; no cell can hold that", TEXT_BYTES_MAX);
}

static void XMLCALL on_doctype(
    void *data, const XML_Char *name, const XML_Char *system, const XML_Char *public, int has_subset)
{
    (void)name;
    (void)system;
    (void)public;
    (void)has_subset;
    tie_xml_refuse(data,
        "holds a document type declaration, which no workbook has and which can be used for attacks; "
        "save the workbook again with a spreadsheet program");
}

static enum tie_status feed(struct tie_xml *xml, struct tie_archive *archive, struct tie_error *err)
{
    size_t got = 0;

    do {
        void *const block = XML_GetBuffer(xml->parser, BLOCK_BYTES);
        enum tie_status status = TIE_OK;

        if (block == NULL)
            return tie_fail(err, TIE_IO, "cannot read %s: no memory", xml->path);
        status = tie_archive_read(archive, block, BLOCK_BYTES, &got, err);
        if (status != TIE_OK)
            return status;
        if (XML_ParseBuffer(xml->parser, (int)got, got == 0) == XML_STATUS_OK)
            continue;
        if (!tie_xml_is_refused(xml))
            tie_xml_refuse(xml, "is no well-formed XML: %s; save the workbook again",
                XML_ErrorString(XML_GetErrorCode(xml->parser)));
        return tie_fail(err, xml->refusal.status, "%s", xml->refusal.text);
    } while (got > 0);
    return TIE_OK;
}

enum tie_status tie_xml_read_member(const char *path, const char *member, const struct tie_archive_limits *limits,
    const struct tie_xml_handler *handler, struct tie_error *err)
{
    struct tie_xml xml = { .handler = handler, .path = path, .member = member };
    struct tie_archive *archive = NULL;
    enum tie_status status = TIE_OK;

    tie_buf_init(&xml.text, TEXT_BYTES_MAX);
    TIE_TRY(tie_archive_open(path, limits, &archive, err));
    TIE_TRY(tie_archive_find(archive, member, err));
    xml.parser = XML_ParserCreateNS(NULL, NAMESPACE_END);
    if (xml.parser == NULL) {
        status = tie_fail(err, TIE_IO, "cannot read %s: no memory", path);
        goto out;
    }
    XML_SetUserData(xml.parser, &xml);
    XML_SetElementHandler(xml.parser, on_start, on_end);
    XML_SetCharacterDataHandler(xml.parser, on_text);
    XML_SetStartDoctypeDeclHandler(xml.parser, on_doctype);
    TIE_TRY(feed(&xml, archive, err));
    TIE_TRY(tie_archive_finish(archive, err));
out:
    if (xml.parser != NULL)
        XML_ParserFree(xml.parser);
    tie_archive_close(archive);
    tie_buf_release(&xml.text);
    return status;
}
