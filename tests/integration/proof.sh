#!/bin/sh
# proof.sh - the small form of tests/proof/: 2,000 random orders, without and with discrepancies, judged by the engine
# and by an independent oracle in SQL, compared finding by finding. `make proof` is the large form.
exec sh "$(dirname "$0")/../proof/proof.sh" 2000 "0 50" 1
