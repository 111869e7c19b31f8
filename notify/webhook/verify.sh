# SECRET and SIGNATURE (the header) are variables, the body is on standard input.
t=${SIGNATURE#t=}; t=${t%%,*}
want=$( { printf '%s.' "$t"; cat; } | openssl dgst -sha256 -hmac "$SECRET" -r | cut -d ' ' -f 1)
[ "$SIGNATURE" = "t=$t,v1=$want" ]
