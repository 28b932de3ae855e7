-- Every entry beside the head of its stream, in one statement so that the two are of the same moment.
SELECT stream, s.number, s.hash, e.number, walls.audit_microseconds(e.at), e.commune, e.action, e.kind,
       array_to_string(e.ids, ','), e.reason, e.outcome, e.previous, e.hash
FROM accounts_auditstream AS s FULL JOIN accounts_auditentry AS e USING (stream)
ORDER BY stream, e.number
