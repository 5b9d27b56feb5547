# Makes .venv from a locked list of packages. Read by ./run, ./test and the Makefile, which stand in the project's
# folder; needs nothing but Python 3.11 and a POSIX shell.

say() {
    printf '%s\n' "$*"
}

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif sudo -n true 2>/dev/null; then
        sudo -n "$@"
    else
        return 1
    fi
}

# Fails quietly where this user may not install; the caller says what is missing.
install_packages() {
    command -v apt-get >/dev/null || return 1
    as_root true || return 1
    say "Installing system packages: $*"
    set -- env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends "$@"
    # A fresh machine has no package lists, an old one stale ones: refresh them only when that is so.
    as_root "$@" >/dev/null 2>&1 || { as_root apt-get -qq update && as_root "$@" >/dev/null; }
}

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            say "$name"
            return
        fi
    done
    fail "Python 3.11 or newer is needed. Type: sudo apt-get install python3 python3-venv"
}

# Debian splits `ensurepip` from Python: then any virtualenv or pip the user has will do, else the package is needed.
create_venv() {
    if "$1" -c 'import ensurepip, venv' 2>/dev/null; then
        "$1" -m venv --clear .venv
    elif "$1" -m virtualenv --version >/dev/null 2>&1; then
        "$1" -m virtualenv --quiet --clear .venv
    elif "$1" -m pip --version >/dev/null 2>&1; then
        "$1" -m venv --clear --without-pip .venv
        "$1" -m pip --python .venv/bin/python install --quiet --disable-pip-version-check pip
    else
        return 1
    fi
}

make_venv() {
    .venv/bin/python -c 'import pip' 2>/dev/null && return
    python=$(find_python)
    say "Making .venv with $("$python" --version)."
    create_venv "$python" && return
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if ! install_packages "$package" || ! create_venv "$python"; then
        fail "Python cannot make .venv yet. Type: sudo apt-get install $package"
    fi
}

# The copy of the list beside the packages tells the next start that there is nothing to do.
install_lock() {
    cmp -s "$1" ".venv/$1" && return
    say "Installing the Python packages of $1 (a minute or two the first time)."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$1" ||
        fail "The Python packages could not be installed; the lines above say why."
    cp -- "$1" ".venv/$1"
}

# Instead of a build: the folder on the path, and a command that still works after the folder has moved.
link_project() {
    packages=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    pwd -P >"$packages/chengdang.pth"
    cp -- scripts/chengdang.sh .venv/bin/chengdang
    chmod +x .venv/bin/chengdang
}

prepare() {
    make_venv
    install_lock "$1"
    link_project
}
