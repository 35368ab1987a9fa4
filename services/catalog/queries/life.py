"""Where an asset stands for who sells, as SQL of a row `a` of `asset`: the same as `HeadFacet.life`, asked each time.

draft → in review → approved (given from a day on) → published → expired, or archived. It is derived, stored nowhere.
"""

LIFE = (
    "CASE WHEN a.archived THEN 'archived' WHEN a.available_until <= now() THEN 'expired' "
    "WHEN a.live IS NULL THEN CASE WHEN a.state = 'waiting' OR a.approves THEN 'in review' ELSE 'draft' END "
    "WHEN a.available_from > now() THEN 'approved' ELSE 'published' END"
)
