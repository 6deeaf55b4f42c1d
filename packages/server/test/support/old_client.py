"""What the old client's own test did, as the old client did it: plays it against the server whose URL it is given."""

import json
import sys
import urllib.request


def send(cmd, **fields):
    body = json.dumps(dict(fields, cmd=cmd), indent=4).encode()
    request = urllib.request.Request(
        sys.argv[1] + "/drett", data=body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as response:
        return json.loads(response.read())["result"]


class Block:
    def __init__(self, label):
        self.label = label

    def __enter__(self):
        self.oid = send(
            "BeginAllocation", allocation_id=self.label, application="test", module="client", timeout=600
        )
        return self

    def __exit__(self, kind, error, traceback):
        if kind is None:
            send("AllocationSuccess", oid=self.oid)
        else:
            send("AllocationFailed", oid=self.oid, reason="%s(%s)" % (kind, error))

    def allocate(self, kind, resource_id):
        oid = send("AddResource", allocation_oid=self.oid, resource_owner="tester", resource_type=kind)
        send("ResourceAllocated", oid=oid, resource_id=resource_id)
        return oid


with Block("two") as block:
    held = [block.allocate("vm", "vm-1"), block.allocate("image", "image-1")]
for oid in reversed(held):
    assert send("ResourceFreed", oid=oid)["updatedExisting"]

with Block("one") as block:
    single = block.allocate("vm", "vm-2")
assert send("ResourceFreed", oid=single)["n"] == 1

with Block("one more") as block:
    last = block.allocate("vm", "vm-3")
attributes = {"resource_owner": "tester", "resource_type": "vm", "resource_id": "vm-3"}
assert send("ResourceFreedByAttributes", **attributes)["n"] == 1

try:
    with Block("broken") as block:
        oid = send("AddResource", allocation_oid=block.oid, resource_owner="tester", resource_type="vm")
        try:
            raise TimeoutError("no answer")
        except TimeoutError as error:
            send("ResourceAllocationFailed", oid=oid, reason="%s(%s)" % (type(error), error))
            raise
except TimeoutError:
    pass

print(json.dumps({"freed": held + [single, last], "unknown": [oid]}))
