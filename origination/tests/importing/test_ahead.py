import threading

import pytest

from origination.importing.ahead import ahead


def making_threads():
    return [thread for thread in threading.enumerate() if "reading ahead" in thread.name]


def test_items_come_in_order_whether_begun_or_not():
    seen = []
    with ahead(range(9)) as made:
        for item in made:
            seen.append(item)
            if item % 3:
                made.begin()
    assert seen == list(range(9))
    assert making_threads() == []


def test_one_item_is_made_by_another_thread_and_only_when_told():
    makers = []

    def items():
        while True:
            makers.append(threading.current_thread())
            yield len(makers)

    with ahead(items()) as made:
        assert next(made) == 1
        made.begin()
        made.begin()
        assert next(made) == 2
        assert next(made) == 3
    first, second, third = makers
    assert first is third is threading.current_thread()
    assert second is not first


@pytest.mark.parametrize("begun", [True, False])
def test_an_error_is_raised_where_its_item_is_asked_for(begun):
    def items():
        yield 1
        raise OSError("unplugged")

    with ahead(items()) as made:
        assert next(made) == 1
        if begun:
            made.begin()
        with pytest.raises(OSError, match="unplugged"):
            next(made)


def test_leaving_the_block_by_an_error_waits_for_the_thread():
    with pytest.raises(ZeroDivisionError), ahead(iter(range(9))) as made:
        next(made)
        made.begin()
        raise ZeroDivisionError
    assert making_threads() == []
