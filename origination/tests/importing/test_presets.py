"""What a site has to tell of a file of another switch: its name, and nothing else."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from origination.importing.formats import Format, FormatError
from origination.importing.formats.presets import PRESETS
from origination.importing.lines import Line
from origination.importing.values import Rejected

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 6, 11, 15, 40, 7, tzinfo=UTC)
JSON = {
    "start_time": "1781192407.000", "end_time": "1781192410.507", "duration": "1.507",
    "callid": "a84b@192.0.2.17", "account": "acme", "caller": "4930", "callee": 4420,
    "src_ip": "::ffff:192.0.2.17", "sip_code": "200",
}  # fmt: skip
LOG = "Jun 11 17:40:10 proxy kamailio[77]: NOTICE: CDR "
UNIQUE = "1781192407.5"
FREEPBX = (
    "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,"
    "disposition,amaflags,accountcode,uniqueid,userfield,did,recordingfile,linkedid,sequence"
)
ROOM = (
    f'"2026-06-11 17:40:07",x,4930,4420,ctx,SIP/a-1,{{}},Dial,x,63,{{}},{{}},3,acme,{UNIQUE},,'
    f",,{UNIQUE},1"
)
CUCM = (
    '"cdrRecordType","globalCallID_callId","dateTimeOrigination","callingPartyNumber",'
    '"finalCalledPartyNumber","dateTimeConnect","dateTimeDisconnect","pkid","duration"'
)
FILES = {
    "kamailio": [
        "id,start_time,end_time,duration,callid,account,caller,callee,src_ip,sip_code",
        "7,2026-06-11 17:40:07,2026-06-11 17:40:10,1.507,a84b@192.0.2.17,acme,4930,4420,"
        "192.0.2.17,200",
    ],
    "kamailio-flatstore": [
        "1781192407|1781192410|1.507000|a84b@192.0.2.17|acme|4930|4420|192.0.2.17|200",
    ],
    "kamailio-json": [json.dumps(JSON)],
    "kamailio-xlog": [f"{LOG}started", f"{LOG}{json.dumps(JSON)}"],
}


def read(name, lines, **told):
    reader = Format(name, **{"zone": BERLIN, "rounding": "up"} | told).reader()
    return [reader(Line(n, line.encode())) for n, line in enumerate(lines, 1)]


@pytest.mark.parametrize("name", FILES)
def test_a_call_of_kamailio_is_read_however_it_is_written(name):
    *others, row = read(name, FILES[name])
    assert others == [None] * len(others)
    assert (row["time_start"], row["duration"], row["account"]) == (START, 2, "acme")
    assert (row["src_prefix_routing"], row["dst_prefix_routing"]) == ("4930", "4420")
    assert (row["auth_orig_ip"], row["disconnect_code"]) == ("192.0.2.17", 200)
    assert row["orig_call_id"] == "a84b@192.0.2.17"


def test_two_proxies_that_count_alike_lose_no_call():
    header, line = FILES["kamailio"]
    [_, one], [_, two] = (
        read("kamailio", [header, line.replace("a84b", call)]) for call in ("a84b", "b84b")
    )
    assert one["uuid"] != two["uuid"]


def test_seconds_of_kamailio_want_a_rounding_that_is_told():
    with pytest.raises(Rejected, match="--round up"):
        read("kamailio", FILES["kamailio"], rounding="")


def test_a_dialog_that_timed_out_says_what_it_lacks():
    lines = [json.dumps({name: JSON[name] for name in ("start_time", "end_time", "duration")})]
    for name in ("kamailio-json", "kamailio-xlog"):
        with pytest.raises(Rejected, match=r"^no account and no Call-ID$"):
            read(name, lines)


def test_other_columns_of_flatstore_are_told():
    line = "1781192407|1781192410|0.300000|4930|x"
    columns = ("start_time", "end_time", "duration", "caller", "-")
    [row] = read("kamailio-flatstore", [line], columns=columns)
    assert (row["duration"], row["src_prefix_routing"]) == (1, "4930")


def test_a_table_of_freepbx_is_read_as_master_csv_is():
    lines = [FREEPBX, ROOM.format("SIP/1", 0, "BUSY"), ROOM.format("SIP/2", 60, "ANSWERED")]
    header, busy, answered = read("asterisk-table", lines)
    assert header is None
    assert busy["uuid"] != answered["uuid"]
    assert busy["orig_call_id"] == answered["orig_call_id"] == UNIQUE
    assert (answered["time_start"], answered["duration"]) == (START, 60)
    assert (answered["account"], answered["src_prefix_routing"]) == ("acme", "4930")
    assert Format("asterisk-table", zone=BERLIN).joins_records


def test_a_table_without_a_usable_header_is_told_of_once():
    reader = Format("asterisk-table", zone=BERLIN).reader()
    with pytest.raises(Rejected, match=r"lacks src and dst and start .* and has 'a, b'"):
        reader(Line(1, b"a,b"))
    assert reader(Line(2, b"1,2")) is None


def test_a_file_of_cucm_is_read():
    pkid = "3f1c5f0e-0a51-4c52-9c7e-6e5a1f000031"
    lines = [
        CUCM,
        "INTEGER,INTEGER,INTEGER,VARCHAR(50),VARCHAR(50),INTEGER,INTEGER,UNIQUEIDENTIFIER,INTEGER",
        f'1,99,1781192407,"4930","4420",1781192410,1781192470,"{pkid}",60',
        f'1,98,1781192407,"4930","4420",0,1781192410,"{pkid[:-1]}2",0',
    ]
    _, types, answered, failed = read("cucm", lines, zone=None, rounding="")
    assert types is None
    assert (answered["time_start"], answered["duration"], str(answered["uuid"])) == (
        START,
        60,
        pkid,
    )
    assert (failed["time_connect"], failed["orig_call_id"]) == (None, "98")


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_asks_for_the_zone_where_its_times_have_none(name):
    if not PRESETS[name].is_local:
        assert Format(name).reader()
        return
    with pytest.raises(FormatError, match="--timezone"):
        Format(name)


def test_a_preset_can_be_told_more():
    header, line = FILES["kamailio"]
    lines = [header.replace("account", "trunk"), line]
    _, row = read("kamailio", lines, mapping=(("trunk", "account"),), source="gw2")
    assert row["account"] == "acme"
    with pytest.raises(FormatError, match="none of"):
        Format("kamailio", zone=BERLIN, mapping=(("trunk", "x"),))
