import json
import os
import subprocess
import sys
from zoneinfo import ZoneInfo

import pytest

from origination.importing.explaining import explained
from origination.importing.formats import Format
from origination.tests.importing.test_asterisk import SIXTEEN
from origination.tests.importing.test_freeswitch import line as freeswitch
from origination.tests.importing.test_freeswitch_json import leg

BERLIN = ZoneInfo("Europe/Berlin")
UUID = "11111111-1111-4111-8111-000000000001"


def told(tmp_path, text, name="csv", **told):
    path = tmp_path / "calls"
    path.write_text(text)
    return list(explained(str(path), Format(name, **told)))


def test_each_column_is_shown_with_its_field_and_its_value(tmp_path):
    text = f"uuid,Call Begin,Talk,Room\n{UUID},2026-06-11 15:40:07,60,7\n"
    mapping = (("Call Begin", "time_start"), ("Talk", "duration"))
    lines = told(tmp_path, text, mapping=mapping)
    assert [line.split() for line in lines if "Talk" in line] == [["Talk", "duration", "60"]]
    assert [line.split() for line in lines if "Room" in line] == [["Room", "-", "7"]]
    assert any("without a value: account, auth_orig_ip" in line for line in lines)
    assert any("duration=60" in line and "2026-06-11T15:40:07+00:00" in line for line in lines)


def test_a_header_that_cannot_be_used_shows_what_is_known_of_it(tmp_path):
    lines = told(tmp_path, "Begin,duration\n2026-06-11 15:40:07,60\n")
    assert [line.split() for line in lines if line.startswith("  Begin")] == [["Begin", "-"]]
    assert any("rejected:" in line and "lacks time_start" in line for line in lines)


def test_the_delimiter_of_names_that_nobody_knows_is_seen_all_the_same(tmp_path):
    lines = told(tmp_path, "Begin;Talk, s;Room\n")
    assert [line.strip() for line in lines if line.startswith("  Talk")] == ["Talk, s  -"]


def test_no_more_than_the_first_records_are_read(tmp_path):
    assert len(told(tmp_path, "x\n" * 1000, "jsonl")) < 20


FILES = {
    "asterisk": (f"{SIXTEEN}\n", "billsec", "duration"),
    "freeswitch": (f"{freeswitch().text}\n", "start_stamp", "time_start"),
    "freeswitch-json": (json.dumps(leg()), "variables.accountcode", "account"),
    "jsonl": (json.dumps({"time_start": "2026-06-11", "talk": 1}), "time_start", "time_start"),
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_is_explained(tmp_path, name):
    text, column, field = FILES[name]
    lines = told(tmp_path, text, name, zone=BERLIN)
    assert any(line.split()[:2] == [column, field] for line in lines)


def test_whoever_reads_no_further_ends_it_quietly(tmp_path):
    path = tmp_path / "calls"
    path.write_text(f"uuid,time_start,duration\n{UUID},2026-06-11 15:40:07,60\n")
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "manage.py", "import_cdrs", str(path), "--format=csv", "--explain"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
