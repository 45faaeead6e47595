package Cases;

# One line a request, for blocks of Test::Nginx that ask many:
#
#     --- cases
#     GET /q/one/1                 => 200 {"id":1}
#     POST /q/things {"name":"x"}  => 409 ~ "title":"Conflict"
#     DELETE /q/things/1           => 204 -
#     GET /q/slow                  => 503 + Retry-After: 1
#
# Behind "=>" the status, and then nothing, the very body, "~" and a pattern
# for it, "-" for an empty one.  A line "+ Name: value" adds a header to the
# request above it, "< Name: value" a pattern that its answer's must fit.  What is 400
# and above must be a problem, what is below must be JSON.

use strict;
use warnings;
use utf8;

use Encode qw(encode_utf8);
use Test::Nginx::Socket;

sub read_cases {
    my ($text) = @_;
    my @cases;

    for my $line (split /\n/, $text) {
        next if $line =~ /^\s*(?:#|$)/;

        if ($line =~ /^\s*([+<])\s(.*)/) {
            push @{ $cases[-1]{ $1 eq '+' ? 'send' : 'want' } }, $2;
            next;
        }

        my ($request, $status, $answer)
            = $line =~ /^\s*(.*?)\s+=>\s+(\d{3})(?:\s+(.*?))?\s*$/
            or die "no case: $line\n";
        my ($method, $target, $body) = split /\s+/, $request, 3;

        push @cases, {
            method => $method,
            target => $target,
            body   => $body,
            status => $status,
            answer => $answer // '~ ',
            send   => [],
            want   => [],
        };
    }

    return @cases;
}

# no body, or a type for it

sub typed {
    my ($case) = @_;

    return !defined $case->{body}
           || scalar grep { /^Content-Type:/i } @{ $case->{send} };
}

sub pattern_of {
    my ($answer) = @_;

    return qr/\A\z/ if $answer eq '-';
    return qr/$1/s if $answer =~ /^~\s(.*)/;
    return qr/\A\Q$answer\E\z/;
}

add_block_preprocessor {
    my ($block) = @_;

    return unless defined $block->cases;

    my (@requests, @statuses, @patterns, @send, @want);

    my $text = $block->cases;
    $text = encode_utf8($text) if utf8::is_utf8($text);

    for my $case (read_cases($text)) {
        push @requests, "$case->{method} $case->{target}"
            . (defined $case->{body} ? "\n$case->{body}" : '');
        push @statuses, $case->{status};
        push @patterns, pattern_of($case->{answer});
        push @send, join "\n",
            typed($case) ? () : 'Content-Type: application/json',
            @{ $case->{send} };
        push @want, join "\n",
            ($case->{status} == 204 || $case->{method} eq 'HEAD' ? ()
             : grep({ /^Content-Type:/ } @{ $case->{want} }) ? ()
             : $case->{status} >= 400
             ? 'Content-Type: application/problem\+json'
             : 'Content-Type: application/json'),
            @{ $case->{want} };
    }

    $block->set_value('request', \@requests);
    $block->set_value('error_code', \@statuses);
    $block->set_value('response_body_like', \@patterns);
    $block->set_value('more_headers', \@send);
    $block->set_value('response_headers_like', \@want);
};

1;
