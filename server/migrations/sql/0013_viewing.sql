-- What a session looks at: one company or registration, or the portal as somebody else sees it.

ALTER TABLE session ADD COLUMN narrowed_to_id UUID;
ALTER TABLE session ADD COLUMN viewing_as_id UUID REFERENCES app_user;
