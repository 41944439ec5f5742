"""What an event says of a change."""

from service_kit.audit.trail import changes_between


def test_roles_states_visibility_and_settings_are_recorded_with_their_values() -> None:
    before = {"roles": ["user"], "is_active": True, "visibility": "private", "value": 10}
    after = {"roles": ["admin"], "is_active": False, "visibility": "shared", "value": 20}
    assert changes_between(before, after) == {name: {"before": before[name], "after": after[name]} for name in before}


def test_of_every_other_field_only_that_it_changed() -> None:
    assert changes_between({"name": "a", "password": "x"}, {"name": "b", "password": "y"}) == {
        "name": {},
        "password": {},
    }


def test_what_stays_as_it_is_was_not_changed() -> None:
    assert changes_between({"name": "a", "roles": ["user"]}, {"name": "a", "roles": ["user"]}) == {}
