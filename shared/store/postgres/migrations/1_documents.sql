-- All documents, whatever their collection: a new collection needs no DDL, so that what
-- runs may be allowed to read and write rows and nothing else.
CREATE TABLE documents (
	collection text COLLATE "C" NOT NULL,
	id         text COLLATE "C" NOT NULL,
	version    bigint NOT NULL,
	part       text COLLATE "C" NOT NULL, -- index entry; empty: none
	sort       text COLLATE "C" NOT NULL,
	expires    timestamptz,
	data       jsonb NOT NULL,
	PRIMARY KEY (collection, id)
) WITH (fillfactor = 80, toast_tuple_target = 4080);

-- The hash stands for the partition, which may have 1000 bytes as sort and id may: a
-- B-tree takes 2704 together.
CREATE INDEX documents_sorted ON documents (collection, hashtextextended(part, 0), sort, id) WHERE part <> '';
CREATE INDEX documents_expiring ON documents (expires) WHERE expires IS NOT NULL;

-- Given out once, so that a version that was read fits no other document of that name.
CREATE SEQUENCE document_versions;

-- The last commit of each of those a program may have under way at a time: what tells
-- one whose answer was lost from one that never came.
CREATE TABLE commit_slots (
	slot   bigint PRIMARY KEY,
	number bigint NOT NULL,
	used   timestamptz NOT NULL
) WITH (fillfactor = 50);

-- Writes documents, all or none, and returns 0; or the place, from 1, of one that is not at
-- the version expected of it. The documents come in the order of their keys, so that of
-- two commits neither waits for the other with what the other waits for.
CREATE FUNCTION commit_documents(
	in_slot bigint, in_number bigint, at timestamptz,
	collections text[], ids text[], expected bigint[], contents jsonb[], parts text[], sorts text[], expiring timestamptz[]
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
	lost integer;
	c text;
	k text;
	v bigint;
	ok boolean;
	content jsonb;
BEGIN
	UPDATE commit_slots SET number = in_number, used = now() WHERE slot = in_slot AND number < in_number;
	IF NOT FOUND THEN
		INSERT INTO commit_slots VALUES (in_slot, in_number, now()) ON CONFLICT DO NOTHING;
		IF NOT FOUND THEN
			RETURN 0; -- it was done, and its answer was lost
		END IF;
	END IF;
	FOR i IN 1 .. cardinality(ids) LOOP
		c := collections[i]; k := ids[i]; v := expected[i]; content := contents[i];
		IF v <> 0 AND content IS NULL THEN
			DELETE FROM documents d
			WHERE d.collection = c AND d.id = k AND (v < 0 OR d.version = v AND (d.expires IS NULL OR d.expires > at));
			ok := FOUND OR v < 0;
		ELSIF v <> 0 THEN
			UPDATE documents d
			SET version = nextval('document_versions'), part = parts[i], sort = sorts[i], expires = expiring[i], data = content
			WHERE d.collection = c AND d.id = k AND (v < 0 OR d.version = v AND (d.expires IS NULL OR d.expires > at));
			ok := FOUND;
		END IF;
		IF v = 0 OR NOT ok AND v < 0 THEN
			-- Where there is to be none it is made for a moment, which keeps others from making it.
			INSERT INTO documents AS d VALUES (c, k, nextval('document_versions'), parts[i], sorts[i], expiring[i], coalesce(content, '{}'))
			ON CONFLICT (collection, id) DO UPDATE
			SET version = nextval('document_versions'), part = excluded.part, sort = excluded.sort, expires = excluded.expires, data = excluded.data
			WHERE v < 0 OR d.expires <= at;
			ok := FOUND;
		END IF;
		IF NOT ok THEN
			lost := i;
			RAISE EXCEPTION 'conflict' USING ERRCODE = 'RT409';
		END IF;
		IF v = 0 AND content IS NULL THEN
			DELETE FROM documents d WHERE d.collection = c AND d.id = k;
		END IF;
	END LOOP;
	RETURN 0;
EXCEPTION WHEN SQLSTATE 'RT409' THEN
	RETURN lost; -- caught, as the server's log is not to fill with lost races; all above is undone
END
$$;
