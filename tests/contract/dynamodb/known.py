"""What each engine is known to get wrong: the checks, by the way in which it differs from DynamoDB.

Each is a strict expectation: the check must fail on that engine, and leaves the table when it does not. Amazon's
DynamoDB itself is not among the engines: where they differ, its documentation and published measurements decide.
"""

# engine -> how it differs -> check -> its cases; no case is the check itself
DIFFERENCES: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {
    "simdb": {},
    "moto": {
        "its parser of conditions breaks with an error of Python's instead of refusing": {
            "test_condition_is_refused": (
                "arithmetic",
                "arithmetic on the right",
                "undefined value",
                "undefined name",
                "unfinished",
                "double equals",
                "not equal as in C",
                "no comparison",
                "function in capitals",
                "function of updates",
                "attribute_exists of a value",
                "bounds of two types",
            ),
            "test_condition_fails": ("order between types", "size of a number"),
            "test_key_condition_is_refused": ("or", "not", "unequal", "in"),
            "test_projection_is_refused": ("unfinished",),
            "test_arithmetic_in_a_condition_is_refused": (),
        },
        "it does not check the operands and placeholders of conditions": {
            "test_condition_is_refused": (
                "unused value",
                "empty",
                "an operand compared with itself",
                "order of flags",
                "bounds in the wrong order",
                "begins_with a number",
                "an unknown type name",
                "an empty set",
                "in more than a hundred",
            ),
            "test_key_condition_is_refused": (
                "two ranges",
                "another type",
                "bounds in the wrong order",
                "an unused value",
            ),
        },
        "it wants the attribute on the left side of a key condition": {"test_range": ("the value on the left",)},
        "it does not check filters, projections and types of an index": {
            "test_query_of_an_index_is_refused": (
                "an attribute that is not projected",
                "a filter on what is not projected",
                "a filter on a key of the index",
            ),
            "test_an_index_key_of_an_item_is_refused": ("another type",),
            "test_a_filter_on_a_key_is_refused": (),
        },
        "an unknown index is ResourceNotFoundException": {"test_query_of_an_index_is_refused": ("an unknown index",)},
        "it does not check start keys": {
            "test_query_of_an_index_is_refused": ("a start key without the index's keys",),
            "test_a_wrong_start_key_is_refused": ("another partition", "half a key", "outside of the range"),
        },
        "a page that is full with the last item names no next one": {
            "test_a_full_last_page_still_names_a_next_one": ()
        },
        "its pages end before the item that crosses one megabyte": {
            "test_a_page_ends_with_the_item_that_crosses_one_megabyte": ()
        },
        "projections of several elements of a list answer one": {"test_projection": ("list elements move together",)},
        "overlapping projections are accepted": {"test_projection_is_refused": ("inside another",)},
        "projections of TransactGetItems are ignored": {"test_transact_get_answers_in_order_with_gaps": ()},
        "the same item twice is accepted in TransactGetItems": {
            "test_transact_get_is_refused": ("the same item twice",)
        },
        "ClientRequestToken is ignored": {
            "test_the_same_token_does_it_once": (),
            "test_the_same_token_with_another_request_is_refused": (),
            "test_a_longer_token_is_refused": (),
        },
        "a transaction of more than four megabytes is accepted": {"test_more_than_four_megabytes_are_refused": ()},
        "an update that cannot be done is refused without cancelling the transaction": {
            "test_an_update_that_does_not_fit_the_item_cancels": (),
            "test_an_item_that_grows_too_large_cancels": (),
        },
        "a sum of three is accepted": {"test_update_is_refused": ("three summands",)},
        "numbers are answered as they were given": {
            "test_numbers_are_answered_in_one_form": ("1.0", "1.50", "007", "+5", "-0", "1E3", "1e-3", "1e40"),
        },
        "numbers have no limits": {"test_number_is_refused": ("thirty-nine digits", "too large")},
        "values and nesting are hardly checked": {
            "test_value_is_refused": (
                "no type",
                "member twice",
                "number twice in another form",
                "empty set inside",
            ),
            "test_update_is_refused": ("an empty set",),
            "test_nesting_has_an_end": (),
        },
        "keys of reads, updates and deletions are hardly checked": {
            "test_an_empty_key_is_refused": ("UpdateItem-pk", "UpdateItem-sk", "DeleteItem-pk", "DeleteItem-sk"),
            "test_a_key_that_does_not_fit_is_refused": ("GetItem-of another type", "DeleteItem-of another type"),
        },
        "an item of exactly 400 KB is refused": {"test_an_item_may_have_400_kilobytes_names_included": ()},
    },
    "ministack": {
        "arithmetic in conditions is accepted": {
            "test_condition_is_refused": ("arithmetic", "arithmetic on the right"),
            "test_arithmetic_in_a_condition_is_refused": (),
        },
        "its grammar is wider than DynamoDB's": {
            "test_condition_is_refused": ("not equal as in C", "function in capitals"),
            "test_update_is_refused": ("three summands", "multiplication", "a section twice", "nothing to set"),
            "test_projection_is_refused": ("empty", "unfinished"),
            "test_key_condition_is_refused": ("or", "not", "unequal", "contains"),
        },
        "operands of conditions are hardly checked": {
            "test_condition_is_refused": (
                "an operand compared with itself",
                "order of flags",
                "bounds of two types",
                "an unknown type name",
                "an empty set",
                "in more than a hundred",
            ),
        },
        "sums and lists of the wrong type leave the attribute as it was": {
            "test_update_is_refused": ("sum of a text", "sum with a text", "append a text", "append to a number"),
        },
        "the same path twice is accepted": {"test_update_is_refused": ("the same path twice",)},
        "list elements are removed one after the other, so that positions shift": {
            "test_update": ("remove list elements by their old positions",)
        },
        "filters and projections of an index are not checked": {
            "test_query_of_an_index_is_refused": (
                "all attributes of a part",
                "an attribute that is not projected",
                "a filter on what is not projected",
                "a filter on a key of the index",
            ),
            "test_a_filter_on_a_key_is_refused": (),
        },
        "its pages end before the item that crosses one megabyte": {
            "test_a_page_ends_with_the_item_that_crosses_one_megabyte": ()
        },
        "unused names of BatchGetItem are accepted": {"test_batch_get_with_an_unused_name_is_refused": ()},
        "reserved words are accepted in the updates of a transaction": {"test_a_reserved_word_is_refused": ()},
        "two operations in one item of a transaction are accepted": {"test_two_operations_in_one_item_are_refused": ()},
    },
    "dynamodb_local": {
        "the filter comes before the megabyte": {"test_a_megabyte_counts_before_the_filter": ()},
        "an update that cannot be done is refused without cancelling the transaction": {
            "test_an_update_that_does_not_fit_the_item_cancels": ()
        },
        "the type of an index key is not checked in updates": {
            "test_update_is_refused": ("an index key of another type",)
        },
    },
}


def _by_check(differences: dict[str, dict[str, tuple[str, ...]]]) -> dict[str, str]:
    return {
        f"{check}: {case}" if case else check: reason
        for reason, checks in differences.items()
        for check, cases in checks.items()
        for case in (cases or ("",))
    }


KNOWN = {engine: _by_check(differences) for engine, differences in DIFFERENCES.items()}
"""Engine -> check -> how the engine differs."""
