#!/usr/bin/python3
"""A generator controller on Modbus TCP, with pymodbus (Debian: python3-pymodbus).

usage: controller.py PORT; lines on standard input change values: KIND ADDRESS VALUE, where KIND
is hr, ir, co or di. Each line is answered with "ok" on standard output.
"""
import asyncio
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartAsyncTcpServer

FUNCTIONS = {"hr": 3, "ir": 4, "co": 1, "di": 2}


def values():
    return ModbusSequentialDataBlock(0, [0] * 100)


async def follow(slave):
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        kind, address, value = line.decode().split()
        slave.setValues(FUNCTIONS[kind], int(address), [int(value)])
        print("ok", flush=True)
    asyncio.get_running_loop().stop()


async def main():
    slave = ModbusSlaveContext(di=values(), co=values(), hr=values(), ir=values(), zero_mode=True)
    task = asyncio.get_running_loop().create_task(follow(slave))
    context = ModbusServerContext(slaves={1: slave}, single=False)
    await StartAsyncTcpServer(context=context, address=("127.0.0.1", int(sys.argv[1])))
    await task


asyncio.run(main())
