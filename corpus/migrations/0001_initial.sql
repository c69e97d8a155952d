-- What was ingested. All offsets are code points. Lists and maps are JSON.
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE documents (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL,            -- sha256 of the file's bytes
    version TEXT NOT NULL,           -- of the code that split it; another version splits it again
    text TEXT NOT NULL,
    media_type TEXT NOT NULL,
    encoding TEXT NOT NULL,
    metadata TEXT NOT NULL,
    warnings TEXT NOT NULL,
    pages TEXT NOT NULL,
    next_ordinal INTEGER NOT NULL    -- the ordinals below were given away and are not given again
);

CREATE INDEX documents_digest ON documents (digest);

CREATE TABLE articles (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,         -- "<document id>-<ordinal>"
    document INTEGER NOT NULL REFERENCES documents (number) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    position INTEGER NOT NULL,       -- where it stands in its file, from 0
    withdrawn INTEGER NOT NULL,      -- 1: removed by its id; kept as a name so that it stays removed
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    source TEXT NOT NULL,
    date TEXT NOT NULL,
    language TEXT NOT NULL,
    url TEXT NOT NULL,
    characters INTEGER NOT NULL,
    headings TEXT NOT NULL,
    source_offsets TEXT NOT NULL,
    text TEXT NOT NULL               -- last, so that the light columns are read without it
);

CREATE INDEX articles_document ON articles (document, position);

CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again, so that a store cannot mix two
    article INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    context TEXT NOT NULL,
    indexed INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX passages_article ON passages (article);
CREATE INDEX passages_pending ON passages (id) WHERE indexed = 0;

-- Ids that the stores may still hold. Written for every passage, indexed or not: a store that was
-- written before a crash may know a passage that the ledger still calls pending.
CREATE TABLE removed_passages (
    id INTEGER PRIMARY KEY
);

CREATE TRIGGER passages_removed AFTER DELETE ON passages
BEGIN
    INSERT OR IGNORE INTO removed_passages (id) VALUES (old.id);
END;
