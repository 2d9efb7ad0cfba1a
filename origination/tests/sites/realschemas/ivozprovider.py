"""IvozProvider, mirrored from MySQL: ``BillableCalls``, times in UTC, calls of both directions."""

from .calls import Seen, cut

PAGE = "tables/ivozprovider"
TABLES = {
    "postgresql": [
        """CREATE TABLE "BillableCalls" (
            id serial PRIMARY KEY, callid varchar(255), "startTime" timestamp,
            duration double precision NOT NULL DEFAULT 0, caller varchar(128), callee varchar(128),
            cost numeric(20,4), price numeric(20,4), "priceDetails" text,
            "carrierName" varchar(200), "destinationName" varchar(100),
            "ratingPlanName" varchar(55), "endpointType" varchar(55), "endpointId" integer,
            direction varchar(8) DEFAULT 'outbound', "brandId" integer, "companyId" integer,
            "carrierId" integer, "destinationId" integer, "invoiceId" integer,
            "trunksCdrId" integer)"""
    ]
}


def write(call):
    row = {
        "callid": call.call_id,
        "startTime": cut(call.start).replace(tzinfo=None),
        "duration": call.talked,
        "caller": call.caller,
        "callee": call.callee,
        "price": call.price,
        "companyId": call.client.pk,
    }
    inbound = row | {"direction": "inbound", "price": None}
    return [('"BillableCalls"', each) for each in [*[inbound] * call.attempts, row]]


def seen(call):
    return [
        Seen(
            client=call.client,
            start=cut(call.start),
            seconds=call.talked,
            price=call.price,
            caller=call.caller,
            callee=call.callee,
        )
    ]
