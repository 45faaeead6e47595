# The official suite of JSON Schema 2020-12 over HTTP: t/schema/http.py.
exec 'python3', 't/schema/http.py', @ARGV or die "python3: $!\n";
