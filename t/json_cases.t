# 318 cases of JSON through HTTP; what runs is t/json_cases.py.
exec 'python3', 't/json_cases.py', @ARGV or die "python3: $!\n";
