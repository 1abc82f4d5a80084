"""An index of the words of statements (FTS5 with its triggers on SQLite, GIN on PostgreSQL); complaints and mutes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

from storage.text import words_of

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE VIRTUAL TABLE statement_search USING fts5(search_text, content='statement', content_rowid='id', detail='none', "
    "columnsize=0, tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER statement_search_insert AFTER INSERT ON statement BEGIN "
    "INSERT INTO statement_search (rowid, search_text) VALUES (new.id, new.search_text); END",
    "CREATE TRIGGER statement_search_delete AFTER DELETE ON statement BEGIN "
    "INSERT INTO statement_search (statement_search, rowid, search_text) VALUES ('delete', old.id, old.search_text); END",
    "CREATE TRIGGER statement_search_update AFTER UPDATE OF search_text ON statement BEGIN "
    "INSERT INTO statement_search (statement_search, rowid, search_text) VALUES ('delete', old.id, old.search_text); "
    "INSERT INTO statement_search (rowid, search_text) VALUES (new.id, new.search_text); END",
)
POSTGRESQL = "CREATE INDEX statement_search ON statement USING gin (array_to_tsvector(string_to_array(search_text, ' ')))"
AT_ONCE = 1000


KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _corrections()
    _spell_words()
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE:
            op.execute(statement)
        op.execute("INSERT INTO statement_search (statement_search) VALUES ('rebuild')")
    else:
        op.execute(POSTGRESQL)


def _corrections() -> None:
    op.create_table(
        "complaint",
        sa.Column("id", KEY, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("statement_id", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name="fk_complaint_statement_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_complaint"),
        sa.UniqueConstraint("statement_id", "user_id", name="uq_complaint_statement_id_user_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_complaint_guild_id_id", "complaint", ["guild_id", "id"])
    op.create_table(
        "mute",
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("speaker", sa.Text(), nullable=False),
        sa.Column("counterpart", sa.Text(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "speaker", "counterpart", name="pk_mute"),
    )


def _spell_words() -> None:
    """What was stored as text for a search by letters becomes the words that are indexed."""
    bind = op.get_bind()
    last = 0
    page = text("SELECT id, search_text FROM statement WHERE id > :last ORDER BY id LIMIT :count")
    while rows := bind.execute(page, {"last": last, "count": AT_ONCE}).all():
        told = [{"number": row.id, "words": " ".join(words_of(row.search_text))} for row in rows]
        bind.execute(text("UPDATE statement SET search_text = :words WHERE id = :number"), told)
        last = rows[-1].id
