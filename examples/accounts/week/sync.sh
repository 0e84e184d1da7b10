aptrinsic accounts import "$@" --product-key AP-XXXXXXXXXX-2 --if-exists update --yes \
  --max-changes 500 --max-change-share 25% --max-creates 2
