#!/bin/sh
# Creates two accounts from the shell and acts on what happened: the exit code says it, the message tells a person.
set -u

aptrinsic accounts create umbrella --name 'Umbrella' --product-key AP-XXXXXXXXXX-2 --set plan=pro --set location.city=Raccoon

aptrinsic accounts create umbrella --name 'Umbrella' --product-key AP-XXXXXXXXXX-2
case $? in
  0) echo "created" ;;
  5) echo "umbrella was there already, which is fine" ;;
  4) echo "ask for a new API key" >&2; exit 1 ;;
  *) exit 1 ;;
esac

echo '{"id":"wayne","name":"Wayne Enterprises","propertyKeys":["AP-XXXXXXXXXX-2"]}' | aptrinsic accounts create --json -f -
