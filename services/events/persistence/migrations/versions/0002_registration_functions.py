"""The two functions of a registration: who asks, then the seat (see persistence/seats.py)."""

from alembic import op

revision = "events_0002"
down_revision = "events_0001"
branch_labels = None
depends_on = None

# Claims the key, looks at the event, and finds or mints the person, with the version of the card
# (the rows of `cards.mark` and `cards.current`, without their round trip). Nothing hot is locked.
BEGIN_REGISTRATION = """
CREATE FUNCTION begin_registration(
    p_key varchar, p_fingerprint varchar, p_event uuid, p_person uuid, p_last_name varchar,
    p_first_name varchar, p_email varchar, p_email_key varchar, p_name_key varchar,
    p_phone varchar, p_now timestamptz
) RETURNS TABLE (outcome varchar, person uuid, card bigint, asked varchar, answered varchar)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    the_state varchar;
    the_person uuid;
BEGIN
    INSERT INTO idempotency_key (key_hash, fingerprint, created_at)
    VALUES (p_key, p_fingerprint, p_now) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'replay'::varchar, NULL::uuid, 0::bigint, fingerprint,
            response_body FROM idempotency_key WHERE key_hash = p_key;
        RETURN;
    END IF;
    SELECT state INTO the_state FROM event WHERE id = p_event;
    IF the_state IS DISTINCT FROM 'published' THEN
        RETURN QUERY SELECT coalesce(the_state, 'absent')::varchar, NULL::uuid, 0::bigint,
            NULL::varchar, NULL::varchar;
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM registration WHERE event_id = p_event AND email_key = p_email_key
               AND status <> 'cancelled') THEN
        RETURN QUERY SELECT 'known'::varchar, NULL::uuid, 0::bigint, NULL::varchar, NULL::varchar;
        RETURN;
    END IF;
    INSERT INTO participant (person_id, last_name, first_name, email, email_key, name_key, phone,
        created_at)
    VALUES (p_person, p_last_name, p_first_name, p_email, p_email_key, p_name_key, p_phone, p_now)
    ON CONFLICT (email_key, name_key) DO NOTHING RETURNING person_id INTO the_person;
    IF FOUND THEN
        INSERT INTO card_mark (person_id, version) VALUES (the_person, 1);
        RETURN QUERY SELECT 'go'::varchar, the_person, 1::bigint, NULL::varchar, NULL::varchar;
    ELSE
        RETURN QUERY SELECT 'go'::varchar, person_id, version, NULL::varchar, NULL::varchar
            FROM participant JOIN card_mark USING (person_id)
            WHERE email_key = p_email_key AND name_key = p_name_key;
    END IF;
END $$
"""

# Decides on the locked row of the seats, and writes the registration, the journal and the answer
# in the same call: the hot row is held for microseconds, plus the commit. `p_notice` is the version
# of the privacy notice that was shown; NULL (the API) means today's.
TAKE_SEAT = """
CREATE FUNCTION take_seat(
    p_registration uuid, p_event uuid, p_person uuid, p_email_key varchar, p_profile varchar,
    p_phone varchar, p_consent boolean, p_notice integer, p_now timestamptz, p_key varchar,
    p_said jsonb
) RETURNS TABLE (outcome varchar, body varchar)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    seats event_seats;
    the_status varchar;
    the_body varchar;
BEGIN
    INSERT INTO registration (id, event_id, person_id, email_key, status, profile, phone, consent,
        notice_version, link_epoch, registered_at, confirmed_at)
    VALUES (p_registration, p_event, p_person, p_email_key, 'confirmed', p_profile, p_phone,
        p_consent, LEAST(p_notice, (SELECT max(version) FROM privacy_notice)), 1, p_now, p_now)
    ON CONFLICT (event_id, email_key) WHERE status <> 'cancelled' DO NOTHING;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'known'::varchar, NULL::varchar;
        RETURN;
    END IF;
    INSERT INTO aggregate_sequence (aggregate, aggregate_id, version)
    VALUES ('registration', p_registration, 1);
    SELECT * INTO seats FROM event_seats WHERE event_id = p_event FOR UPDATE;
    IF NOT seats.open OR p_now >= seats.closes_at THEN
        RETURN QUERY SELECT CASE WHEN seats.open THEN 'over' ELSE 'cancelled' END::varchar,
            NULL::varchar;
        RETURN;
    ELSIF seats.confirmed < seats.capacity THEN
        the_status := 'confirmed';
        UPDATE event_seats SET confirmed = confirmed + 1
        WHERE event_id = p_event AND confirmed < capacity;
    ELSIF seats.waiting_list THEN
        the_status := 'waitlisted';
        UPDATE event_seats SET waitlisted = waitlisted + 1, last_position = last_position + 1
        WHERE event_id = p_event;
        UPDATE registration SET status = 'waitlisted', position = seats.last_position + 1,
            confirmed_at = NULL WHERE id = p_registration;
    ELSE
        RETURN QUERY SELECT 'full'::varchar, NULL::varchar;
        RETURN;
    END IF;
    INSERT INTO journal (event_id, subject, aggregate, aggregate_id, version, headers, payload)
    SELECT (said ->> 'event_id')::uuid, said ->> 'subject', 'registration', p_registration, 1,
        said -> 'headers', said ->> 'payload'
    FROM (SELECT p_said -> the_status) AS chosen (said);
    the_body := '{"id":"' || p_registration || '","status":"' || the_status || '"}';
    UPDATE idempotency_key SET response_status = 201, response_body = the_body
    WHERE key_hash = p_key;
    RETURN QUERY SELECT the_status, the_body;
END $$
"""


def upgrade() -> None:
    """Create both functions."""
    op.execute(BEGIN_REGISTRATION)
    op.execute(TAKE_SEAT)
