/* A double of the vendor's library: the same 17 functions and structures, written from its interface alone.
 *
 * `Init`'s secret names a folder, the scenario, which is read anew at every call:
 *   chatdata       one row a line: its number, a tab, its JSON
 *   media/ID       a file; its id is its name
 *   knobs          name=value, one a line: the faults, see below
 *   calls          written here: one letter for each call, whichever process made it (G pull, D decrypt, M media)
 *
 * The cipher is no cipher: "MU1", eight hex digits of FNV-1a over key and plaintext, then the plaintext XOR the key in hex.
 * A key begins with "key:", else 10008.
 *
 * Knobs:
 *   codes=N,N,..       the first pulls return these (0: as usual)      errcode=N      the platform's JSON says this
 *   abort_at=N,N,..    abort at these calls (from 1)                   hang_at=N,..   sleep at these calls
 *   kill_at=N,N,..     SIGKILL at these calls                          poison=HEX     abort at messages that begin so
 *   decrypt_code=N     every decryption returns N                      expired_below=N  10010 for numbers from 1 to N-1
 *   twice=1            every row comes twice in a page                 backwards=1    a page's rows stand in reverse
 *   garbage=1          a page that is no JSON                          again_from=N   a page begins at N at the latest
 *   media_codes=N,..   as codes, for media                             media_stop=N   a file ends without an end at N bytes
 *   media_cut=N        a file is declared whole after N bytes          media_flip=1   the first byte of a file is wrong
 *   media_expired=1    10010 for every file                            noise=1        print plaintexts and the secret
 *   most=N             a page has N rows at most
 *
 * As the real one does, DecryptData aborts the process on a message of less than 13 characters.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct { char *buf; int len; } Slice_t;
typedef struct { char *outindexbuf; int out_len; char *data; int data_len; int is_finish; } MediaData_t;
typedef struct { char *corpid; char *secret; } WeWorkFinanceSdk_t;

enum { PIECE = 512 * 1024, LARGEST_PAGE = 1000, SHORTEST = 13 };

static char folder[4096];

static char *path(const char *name) {
    static char made[8192];
    snprintf(made, sizeof made, "%s/%s", folder, name);
    return made;
}

static char *slurp(const char *name, long *size) {
    FILE *file = fopen(path(name), "rb");
    if (!file) return NULL;
    fseek(file, 0, SEEK_END);
    *size = ftell(file);
    rewind(file);
    char *content = malloc(*size + 1);
    if (fread(content, 1, *size, file) != (size_t)*size) abort();
    content[*size] = 0;
    fclose(file);
    return content;
}

/* The value of a knob, to be freed; NULL where it is not set. */
static char *knob(const char *name) {
    long size;
    char *all = slurp("knobs", &size), *found = NULL;
    if (!all) return NULL;
    for (char *line = strtok(all, "\n"); line; line = strtok(NULL, "\n")) {
        size_t length = strlen(name);
        if (!strncmp(line, name, length) && line[length] == '=') found = strdup(line + length + 1);
    }
    free(all);
    return found;
}

static long number(const char *name, long otherwise) {
    char *value = knob(name);
    long found = value ? strtol(value, NULL, 10) : otherwise;
    free(value);
    return found;
}

static int among(const char *name, long wanted) {
    char *value = knob(name);
    int found = 0;
    for (char *each = value ? strtok(value, ",") : NULL; each; each = strtok(NULL, ","))
        if (strtol(each, NULL, 10) == wanted) found = 1;
    free(value);
    return found;
}

static long element(const char *name, long place) {
    char *value = knob(name);
    long found = 0, at = 0;
    for (char *each = value ? strtok(value, ",") : NULL; each; each = strtok(NULL, ","), at++)
        if (at == place) found = strtol(each, NULL, 10);
    free(value);
    return found;
}

/* Write a call down and commit the faults that are due at it; how many of its kind came before. */
static long called(char kind) {
    FILE *file = fopen(path("calls"), "ab+");
    if (!file) abort();
    rewind(file);
    long all = 1, same = 0;
    for (int c; (c = fgetc(file)) != EOF; all++) same += c == kind;
    fputc(kind, file);
    fclose(file);
    if (among("abort_at", all)) abort();
    if (among("kill_at", all)) raise(SIGKILL);
    if (among("hang_at", all)) sleep(3600);
    return same;
}

WeWorkFinanceSdk_t *NewSdk(void) { return calloc(1, sizeof(WeWorkFinanceSdk_t)); }

int Init(WeWorkFinanceSdk_t *sdk, const char *corpid, const char *secret) {
    if (!*corpid || !*secret) return 10000;
    sdk->corpid = strdup(corpid);
    sdk->secret = strdup(secret);
    snprintf(folder, sizeof folder, "%s", secret);
    return 0;
}

void DestroySdk(WeWorkFinanceSdk_t *sdk) {
    free(sdk->corpid);
    free(sdk->secret);
    free(sdk);
}

Slice_t *NewSlice(void) { return calloc(1, sizeof(Slice_t)); }
void FreeSlice(Slice_t *slice) { free(slice->buf); free(slice); }
char *GetContentFromSlice(Slice_t *slice) { return slice->buf; }
int GetSliceLen(Slice_t *slice) { return slice->len; }

static void put(Slice_t *slice, const char *text, size_t length) {
    slice->buf = realloc(slice->buf, slice->len + length + 1);
    memcpy(slice->buf + slice->len, text, length);
    slice->len += (int)length;
}

int GetChatData(WeWorkFinanceSdk_t *sdk, unsigned long long seq, unsigned int limit, const char *proxy,
                const char *passwd, int timeout, Slice_t *out) {
    (void)proxy, (void)passwd, (void)timeout;
    long before = called('G'), size;
    if (limit > LARGEST_PAGE) return 10000;
    if (number("noise", 0)) fprintf(stderr, "%s\n", sdk->secret), printf("%s\n", sdk->secret), fflush(stdout);
    long code = element("codes", before);
    if (code) return (int)code;
    unsigned long long oldest = (unsigned long long)number("expired_below", 0);
    if (seq && seq < oldest) return 10010;
    if (number("garbage", 0)) { put(out, "<html>", 6); return 0; }
    long errcode = number("errcode", 0);
    char head[128];
    put(out, head, snprintf(head, sizeof head, "{\"errcode\":%ld,\"errmsg\":\"ok\",\"chatdata\":[", errcode));
    char *all = errcode ? NULL : slurp("chatdata", &size);
    long again = number("again_from", 0);
    unsigned long long from = again && (unsigned long long)again <= seq ? (unsigned long long)again - 1 : seq;
    char *rows[LARGEST_PAGE];
    unsigned int count = 0, most = (unsigned int)number("most", LARGEST_PAGE);
    if (limit > most) limit = most;
    for (char *line = all ? strtok(all, "\n") : NULL; line && count < limit; line = strtok(NULL, "\n")) {
        char *json;
        unsigned long long at = strtoull(line, &json, 10);
        if (at > from && at >= oldest) rows[count++] = json + 1;
    }
    int twice = number("twice", 0) ? 2 : 1, backwards = (int)number("backwards", 0), first = 1;
    for (unsigned int i = 0; i < count; i++)
        for (int time = 0; time < twice; time++, first = 0) {
            char *row = rows[backwards ? count - 1 - i : i];
            if (!first) put(out, ",", 1);
            put(out, row, strlen(row));
        }
    put(out, "]}", 2);
    free(all);
    return 0;
}

int DecryptData(const char *key, const char *message, Slice_t *out) {
    called('D');
    size_t length = strlen(message), each = strlen(key);
    if (length < SHORTEST) abort();
    char *poison = knob("poison");
    if (poison && !strncmp(message + 11, poison, strlen(poison))) abort();
    free(poison);
    long code = number("decrypt_code", 0);
    if (code) return (int)code;
    if (strncmp(key, "key:", 4)) return 10008;
    if (strncmp(message, "MU1", 3) || (length - 11) % 2) return 10006;
    size_t size = (length - 11) / 2;
    char *plain = malloc(size + 1);
    uint32_t sum = 2166136261u;
    for (size_t i = 0; i < each; i++) sum = (sum ^ (unsigned char)key[i]) * 16777619u;
    for (size_t i = 0; i < size; i++) {
        unsigned int byte;
        if (sscanf(message + 11 + 2 * i, "%2x", &byte) != 1) { free(plain); return 10006; }
        plain[i] = (char)(byte ^ (unsigned char)key[i % each]);
        sum = (sum ^ (unsigned char)plain[i]) * 16777619u;
    }
    char expected[9];
    snprintf(expected, sizeof expected, "%08x", sum);
    if (strncmp(message + 3, expected, 8)) { free(plain); return 10006; }
    if (number("noise", 0)) fwrite(plain, 1, size, stdout), fflush(stdout), fwrite(plain, 1, size, stderr);
    put(out, plain, size);
    free(plain);
    return 0;
}

MediaData_t *NewMediaData(void) { return calloc(1, sizeof(MediaData_t)); }
void FreeMediaData(MediaData_t *media) { free(media->outindexbuf); free(media->data); free(media); }
char *GetOutIndexBuf(MediaData_t *media) { return media->outindexbuf; }
char *GetData(MediaData_t *media) { return media->data; }
int GetIndexLen(MediaData_t *media) { return media->out_len; }
int GetDataLen(MediaData_t *media) { return media->data_len; }
int IsMediaDataFinish(MediaData_t *media) { return media->is_finish; }

int GetMediaData(WeWorkFinanceSdk_t *sdk, const char *index, const char *fileid, const char *proxy, const char *passwd,
                 int timeout, MediaData_t *out) {
    (void)sdk, (void)proxy, (void)passwd, (void)timeout;
    long before = called('M'), size;
    long code = element("media_codes", before);
    if (code) return (int)code;
    if (number("media_expired", 0)) return 10010;
    if (strchr(fileid, '/')) return 10005;
    char name[512];
    snprintf(name, sizeof name, "media/%s", fileid);
    char *content = slurp(name, &size);
    if (!content) return 10005;
    long end = number("media_cut", size), stop = number("media_stop", size), at = 0;
    if (*index && sscanf(index, "at:%ld", &at) != 1) { free(content); return 10000; }
    if (end > size) end = size;
    if (number("media_flip", 0)) content[0] ^= 1;
    if (stop < end && at >= stop) { free(content); out->outindexbuf = strdup(index); out->out_len = (int)strlen(index); return 0; }
    long piece = end - at < PIECE ? end - at : PIECE;
    if (stop < end && at + piece > stop) piece = stop - at;
    out->data = malloc(piece + 1);
    memcpy(out->data, content + at, piece);
    out->data_len = (int)piece;
    out->is_finish = at + piece >= end;
    out->outindexbuf = malloc(32);
    out->out_len = out->is_finish ? 0 : snprintf(out->outindexbuf, 32, "at:%ld", at + piece);
    free(content);
    return 0;
}
