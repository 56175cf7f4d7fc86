#!/bin/bash
# Looks for nginx; starts it once; gives the node up when it does not come.
count=$(ps -C nginx --no-header | wc -l)
if [ "$count" -eq 0 ]; then
    /usr/sbin/nginx
    sleep 2
    if [ "$(ps -C nginx --no-header | wc -l)" -eq 0 ]; then
        killall keepalived
    fi
fi
