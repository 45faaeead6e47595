package FreePort;

# A TCP port of the loopback that nobody listens on, below the range from
# which the kernel takes those of outgoing connections.

use strict;
use warnings;

use IO::Socket::INET;

sub pick {
    for (1 .. 1000) {
        my $port = 20_000 + int rand 12_000;

        my $socket = IO::Socket::INET->new(
            Listen    => 1,
            LocalAddr => '127.0.0.1',
            LocalPort => $port,
        );

        return $port if $socket;
    }

    die "no free port between 20000 and 32000\n";
}

1;
