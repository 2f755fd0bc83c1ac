/*
 * schedule.c - what `tieout schedule` prints: one job as a line for cron, and as a service with a timer for systemd.
 *
 * Nothing is installed: who runs the machine decides where it goes. Names are quoted for the file they stand in, since
 * cron cuts a command at `%` and systemd replaces it. The retries of the timer follow the table of exit codes, so that
 * table and units can't come to differ.
 */
#include "tieout/job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

struct plan {
    const char *program, *job_file; /* absolute */
    unsigned hour, minute;
};

/* In quotes where a shell would see more than a name; cron needs a backslash before each `%` even there. */
static void put_for_cron(struct tie_out *out, const char *word)
{
    const bool plain = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+,:@=") ==
        strlen(word);

    if (!plain)
        tie_out_char(out, '\'');
    for (; *word != '\0'; word++) {
        if (*word == '\'')
            tie_out_text(out, "'\\''");
        else if (*word == '%')
            tie_out_text(out, "\\%");
        else
            tie_out_char(out, *word);
    }
    if (!plain)
        tie_out_char(out, '\'');
}

/* systemd.service(5), "command lines": double quotes, `\`, `%` and `$` doubled or escaped. */
static void put_for_systemd(struct tie_out *out, const char *word)
{
    tie_out_char(out, '"');
    for (; *word != '\0'; word++) {
        if (*word == '%' || *word == '$')
            tie_out_char(out, *word);
        else if (*word == '"' || *word == '\\')
            tie_out_char(out, '\\');
        tie_out_char(out, *word);
    }
    tie_out_char(out, '"');
}

/* cron and systemd start a job with almost no environment: what the job file asks for must be named. */
static void put_variables(struct tie_out *out, const struct tie_job *job, const char *where)
{
    if (job->variable_count == 0)
        return;
    tie_out_text(out, "# The job file reads from the environment:");
    for (size_t i = 0; i < job->variable_count; i++)
        tie_out_printf(out, " %s", job->variables[i]);
    tie_out_printf(out, ". %s\n", where);
}

static void put_cron(struct tie_out *out, const struct tie_job *job, const struct plan *plan)
{
    tie_out_printf(out,
        "# ---- crontab (crontab -e of the user that runs the job) ----\n"
        "# Each run is as of yesterday in %s. Cron of Debian reads the time in the machine's own zone\n"
        "# and ignores CRON_TZ; other crons follow it.\n",
        job->zone.name);
    put_variables(out, job, "Set each in a line NAME=value above the job.");
    tie_out_printf(out, "CRON_TZ=%s\n%u %u * * *  ", job->zone.name, plan->minute, plan->hour);
    put_for_cron(out, plan->program);
    tie_out_text(out, " run --quiet ");
    put_for_cron(out, plan->job_file);
    tie_out_char(out, '\n');
}

static void put_service(struct tie_out *out, const struct tie_job *job, const struct plan *plan)
{
    bool first = true;

    tie_out_printf(out,
        "\n# ---- /etc/systemd/system/tieout-%s.service ----\n"
        "[Unit]\n"
        "Description=Tieout: %s\n"
        "Wants=network-online.target\n"
        "After=network-online.target\n"
        "# at most three more tries in six hours\n"
        "StartLimitIntervalSec=6h\n"
        "StartLimitBurst=4\n\n"
        "[Service]\n"
        "# an account of its own, that may read the sources and write the output; root is not needed\n"
        "User=tieout\n"
        "Type=exec\n",
        job->name, job->name);
    put_variables(out, job, "Set them in the file of EnvironmentFile, readable by root only.");
    if (job->variable_count > 0)
        tie_out_printf(out, "EnvironmentFile=/etc/tieout/%s.env\n", job->name);
    tie_out_text(out, "ExecStart=");
    put_for_systemd(out, plan->program);
    tie_out_text(out, " run --quiet ");
    put_for_systemd(out, plan->job_file);
    tie_out_text(out,
        "\n# codes that may be tried again at once; all others wait for a person or for tomorrow\n"
        "RestartForceExitStatus=");
#define TIE_AS_CODE(name, code, retry, text)                                                                           \
    if (retry)                                                                                                         \
        tie_out_printf(out, "%s%d", first ? "" : " ", code), first = false;
    TIE_STATUSES(TIE_AS_CODE)
#undef TIE_AS_CODE
    tie_out_text(out, "\nRestartSec=10min\n");
}

static void put_timer(struct tie_out *out, const struct tie_job *job, const struct plan *plan)
{
    tie_out_printf(out,
        "\n# ---- /etc/systemd/system/tieout-%s.timer (systemctl enable --now tieout-%s.timer) ----\n"
        "[Unit]\n"
        "Description=Tieout: %s, every night\n\n"
        "[Timer]\n"
        "OnCalendar=*-*-* %02u:%02u:00 %s\n"
        "# a night the machine slept through is made up for\n"
        "Persistent=true\n\n"
        "[Install]\n"
        "WantedBy=timers.target\n",
        job->name, job->name, job->name, plan->hour, plan->minute, job->zone.name);
}

static enum tie_status find_program(struct tie_arena *arena, const char **program, struct tie_error *err)
{
    char *path = TIE_TAKE(arena, char, PATH_BYTES);

    if (readlink("/proc/self/exe", path, PATH_BYTES - 1) <= 0) {
        (void)tie_fail(err, TIE_IO, "/proc/self/exe can't be read, so the program's own path is not known");
        return TIE_IO; /* spelt out for the analyser, which can't see what tie_fail() returns */
    }
    *program = path;
    return TIE_OK;
}

enum tie_status tie_schedule(struct tie_arena *arena, const struct tie_job *job, unsigned hour, unsigned minute,
    struct tie_out *out, struct tie_error *err)
{
    struct plan plan = { .hour = hour, .minute = minute };
    char *whole = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(find_program(arena, &plan.program, err));
    whole = realpath(job->path, NULL);
    if (whole == NULL)
        return tie_fail_os(err, TIE_NOINPUT, errno, "find", job->path);
    plan.job_file = tie_arena_strdup(arena, whole);
    put_cron(out, job, &plan);
    put_service(out, job, &plan);
    put_timer(out, job, &plan);
out:
    free(whole);
    return status;
}
