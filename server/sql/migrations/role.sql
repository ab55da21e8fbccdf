-- Who asks, and may it do more than a server should? `owns` is also true for a member of the owner.
SELECT current_user::text AS role,
       r.rolsuper AS is_superuser,
       EXISTS (SELECT FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = 'gloss' AND pg_has_role(r.oid, c.relowner, 'MEMBER')) AS owns,
       EXISTS (SELECT FROM pg_catalog.pg_namespace n
               WHERE n.nspname = 'gloss' AND pg_has_role(r.oid, n.nspowner, 'MEMBER')) AS owns_schema
  FROM pg_catalog.pg_roles r WHERE r.rolname = current_user
