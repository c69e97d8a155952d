-- What formats that know it say of a file: its articles, and where its lines stand on the pages.
-- Lists in JSON: [start, end, {metadata}] a part, [start, end, page, left, top, right, bottom,
-- confidence] a line.
ALTER TABLE documents ADD COLUMN parts TEXT NOT NULL DEFAULT '[]';
ALTER TABLE documents ADD COLUMN lines TEXT NOT NULL DEFAULT '[]';
