
# Headers of answers: api_header beside nginx's add_header, and charset; what
# runs is t/headers.py.
exec 'python3', 't/headers.py', @ARGV or die "python3: $!\n";
