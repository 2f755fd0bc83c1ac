/*
 * xml.h - a member of an archive as a stream of elements. Private to io/; the only user of expat is xml.c.
 *
 * Names come without their namespace, because writers choose prefixes freely. A document type declaration is refused,
 * so there are no entities beyond the five of XML. Elements lie at most 64 deep.
 */
#ifndef TIEOUT_IO_XML_H
#define TIEOUT_IO_XML_H

#include "tieout/archive_reader.h"

struct tie_xml;

struct tie_xml_handler {
    void (*start)(struct tie_xml *xml, void *state, const char *name, const char *const *attributes);
    void (*end)(struct tie_xml *xml, void *state, const char *name); /* may be NULL */
    void *state;
};

/* Reads the member of that name. TIE_NOINPUT when the archive has none. */
TIE_MUST_CHECK enum tie_status tie_xml_read_member(const char *path, const char *member,
    const struct tie_archive_limits *limits, const struct tie_xml_handler *handler, struct tie_error *err);

/* For handlers. */
const char *tie_xml_attribute(const char *const *attributes, const char *name); /* NULL when absent */
void tie_xml_collect(struct tie_xml *xml, bool on); /* text from here on is added to tie_xml_text() */
struct tie_text tie_xml_text(const struct tie_xml *xml);
void tie_xml_drop_text(struct tie_xml *xml);
/* Ends the reading with TIE_DATA; the text gets file, member and line before it. The first one counts. */
void tie_xml_refuse(struct tie_xml *xml, const char *format, ...) TIE_PRINTF(2, 3);
bool tie_xml_is_refused(const struct tie_xml *xml);

#endif
