"""ASTPP, mirrored from MySQL: a row for a call of an account, times in UTC."""

from .calls import Seen, cut, whole

PAGE = "tables/astpp"
TABLES = {
    "postgresql": [
        """CREATE TABLE cdrs (
            uniqueid varchar(60) NOT NULL, accountid integer DEFAULT 0, type smallint DEFAULT 0,
            callerid varchar(120), callednum varchar(30) NOT NULL DEFAULT '',
            billseconds smallint NOT NULL DEFAULT 0, trunk_id smallint NOT NULL DEFAULT 0,
            trunkip varchar(15) NOT NULL DEFAULT '', callerip varchar(45) NOT NULL DEFAULT '',
            disposition varchar(45) NOT NULL DEFAULT '', callstart timestamptz NOT NULL,
            debit numeric(20,6) NOT NULL DEFAULT 0, cost numeric(20,6) NOT NULL DEFAULT 0,
            provider_id integer NOT NULL DEFAULT 0, pricelist_id smallint NOT NULL DEFAULT 0,
            package_id integer NOT NULL DEFAULT 0, pattern varchar(20), notes varchar(80),
            rate_cost numeric(20,6), reseller_id integer DEFAULT 0, country_id integer DEFAULT 0,
            calltype varchar(20) DEFAULT 'STANDARD', call_direction varchar(10))"""
    ]
}


def write(call):
    row = {
        "uniqueid": call.call_id,
        "accountid": call.client.pk,
        "callerid": f"Alice <{call.caller}>" if call.number % 2 else call.caller,
        "callednum": call.callee,
        "billseconds": whole(call.talked),
        "callerip": call.address or "",
        "disposition": "NORMAL_CLEARING [16]" if call.talked else "USER_BUSY [17]",
        "callstart": cut(call.start),
        "debit": call.price or 0,
        "country_id": call.country or 0,
    }
    return [("cdrs", row)]


def seen(call):
    return [
        Seen(
            client=call.client,
            start=cut(call.start),
            seconds=whole(call.talked),
            price=call.price or 0,
            caller=call.caller,
            callee=call.callee,
            country=call.country,
            address=call.address,
        )
    ]
